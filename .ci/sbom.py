"""Joins the lists of components of an archive's programs: sbom.py ARCHIVE LIST... prints one list (CycloneDX 1.x, JSON).

The archive becomes the component that the list is about, and each program a part of it. What several programs are linked
with is listed once. The repository's own crates have its path in their names, and an address below it: the first is
replaced, the second is left out, since they are published nowhere.
"""

import json
import pathlib
import sys

HERE = f"path+file://{pathlib.Path.cwd()}/"


def without_address(component):
    """A crate of the repository without its package URL."""
    return {key: value for key, value in component.items() if key != "purl" or HERE not in component["bom-ref"]}


def by_name(lists, key, name):
    """All entries of the lists below `key`, each once, in the order of their names."""
    found = {}
    for one in lists:
        for entry in one.get(key, []):
            known = found.setdefault(entry[name], entry)
            if key == "dependencies":
                merged = set(known.get("dependsOn", [])) | set(entry.get("dependsOn", []))
                found[entry[name]] = {**entry, "dependsOn": sorted(merged)}
            elif known != entry:
                sys.exit(f"error: two different entries {entry[name]}")
    return [found[name] for name in sorted(found)]


def main():
    """Prints the one list."""
    archive, files = sys.argv[1], sys.argv[2:]
    lists = []
    for file in files:
        with open(file, encoding="utf-8") as opened:
            one = json.load(opened)
        one["components"] = [without_address(component) for component in one["components"]]
        lists.append(one)
    programs = [without_address(one["metadata"]["component"]) for one in lists]
    joined = {key: value for key, value in lists[0].items() if key != "serialNumber"}
    joined["metadata"]["component"] = {
        "type": "file",
        "bom-ref": archive,
        "name": archive,
        "version": programs[0]["version"],
        "components": programs,
    }
    joined["components"] = by_name(lists, "components", "bom-ref")
    dependencies = by_name(lists, "dependencies", "ref")
    dependencies.append({"ref": archive, "dependsOn": sorted(program["bom-ref"] for program in programs)})
    joined["dependencies"] = dependencies
    print(json.dumps(joined, indent=2).replace(HERE, "path+file:///gom/"))


main()
