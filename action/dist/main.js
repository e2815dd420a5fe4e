import { createRequire as requireOfNode } from 'node:module';
const require = requireOfNode(import.meta.url);
import {
  Gom,
  HttpClient,
  HttpCodes,
  addPath,
  available,
  flags,
  getBooleanInput,
  getInput,
  getMultilineInput,
  restore,
  setFailed,
  setOutput,
  warning,
  write
} from "./shared.js";

// src/main.ts
import { dirname as dirname2 } from "node:path";
import { fileURLToPath as fileURLToPath3 } from "node:url";

// src/inputs.ts
function readInputs() {
  return {
    goVersion: getInput("go-version"),
    goVersionFile: getInput("go-version-file"),
    checkLatest: getBooleanInput("check-latest"),
    architecture: getInput("architecture"),
    mirror: getInput("go-download-base-url") || (process.env.GO_DOWNLOAD_BASE_URL ?? ""),
    toolchain: getInput("toolchain"),
    problemMatchers: getBooleanInput("problem-matchers"),
    cache: getBooleanInput("cache"),
    dependencies: getMultilineInput("cache-dependency-path"),
    cacheSuffix: getInput("cache-suffix"),
    saveCache: getInput("save-cache"),
    cacheToolchain: getInput("cache-toolchain"),
    leg: getInput("matrix"),
    require: getInput("require"),
    gomVersion: getInput("gom-version").replace(/^v/, "")
  };
}
function wanted(inputs) {
  return [
    ...inputs.goVersionFile ? ["--version-file", inputs.goVersionFile] : [],
    ...inputs.checkLatest ? ["--check-latest"] : [],
    ...inputs.architecture ? ["--arch", inputs.architecture] : []
  ];
}
function kept(inputs) {
  return ["--cache-toolchain", inputs.cache ? inputs.cacheToolchain : "never"];
}

// src/program.ts
import { execFileSync as execFileSync2, spawnSync } from "node:child_process";
import { accessSync, constants, copyFileSync as copyFileSync2, existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join as join2, relative } from "node:path";
import { fileURLToPath as fileURLToPath2 } from "node:url";

// src/fetch.ts
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
var TRIES = 3;
var TIMES = { patience: 15e3, pause: 1e3 };
async function fetchText(url, times = TIMES) {
  return fetch(url, times, (answer) => Promise.race([answer.readBody(), silence(times.patience)]));
}
async function fetchFile(url, file, times = TIMES) {
  await fetch(url, times, async ({ message }) => {
    const announced = message.headers["content-length"];
    let size = 0;
    const stop = () => {
      message.destroy(new Error(`nothing came for ${String(times.patience / 1e3)} s`));
    };
    let watch = setTimeout(stop, times.patience);
    message.on("data", (bytes) => {
      size += bytes.length;
      clearTimeout(watch);
      watch = setTimeout(stop, times.patience);
    });
    try {
      await pipeline(message, createWriteStream(file));
    } finally {
      clearTimeout(watch);
    }
    if (announced !== void 0 && Number(announced) !== size) {
      throw new Error(`${String(size)} of ${announced} bytes came`);
    }
  });
}
async function sha256(file) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
async function fetch(url, times, read) {
  let failure = "";
  for (let count = 1; count <= TRIES; count++) {
    if (count > 1) {
      await wait(times.pause * (count - 1));
    }
    const client = new HttpClient("gom", [], { socketTimeout: times.patience, keepAlive: false });
    try {
      const answer = await client.get(url);
      const status = answer.message.statusCode ?? 0;
      if (status === HttpCodes.OK) {
        return await read(answer);
      }
      failure = `status ${String(status)}`;
      answer.message.destroy();
      if (!mayPass(status)) {
        break;
      }
    } catch (error) {
      failure = error instanceof Error ? reason(error) : String(error);
    } finally {
      client.dispose();
    }
  }
  throw new Error(`can't download ${url}: ${failure}
${hint()}`);
}
async function silence(patience) {
  await wait(patience, void 0, { ref: false });
  throw new Error(`nothing came for ${String(patience / 1e3)} s`);
}
function mayPass(status) {
  return status >= 500 || status === 408 || status === 429;
}
function reason(error) {
  return error.message || ("code" in error ? String(error.code) : error.name);
}
function hint() {
  const proxy = ["https_proxy", "HTTPS_PROXY"].find((name) => process.env[name]);
  return proxy === void 0 ? "hint: set HTTPS_PROXY if this runner needs a proxy, or install gom on it" : `hint: ${proxy} is set, so it was asked by way of that; see whether it works, and NO_PROXY`;
}

// src/release.ts
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
async function install(release, mirror, folder) {
  const platform = `${process.platform}-${process.arch}`;
  const archive = release.archives[platform];
  if (archive === void 0) {
    throw new Error(`gom ${release.version} is not released for ${platform}, only for ${Object.keys(release.archives).join(", ")}`);
  }
  const url = `${mirror === "" ? release.base : mirror}/${archive.name}`;
  const file = join(folder, archive.name);
  if (url.startsWith("file://")) {
    copyFileSync(fileURLToPath(url), file);
  } else {
    await fetchFile(url, file);
  }
  const found = await sha256(file);
  if (found !== archive.sha256) {
    throw new Error(
      `${url} is not gom ${release.version}: its sha256 is ${found}, this action is for ${archive.sha256}
hint: run the job again; if it stays so, something between the runner and the release changes files`
    );
  }
  execFileSync("tar", ["-xzf", file, "-C", folder], { stdio: ["ignore", "inherit", "inherit"] });
  const installer = join(folder, archive.name.replace(/\.tar\.gz$/, ""), "install.sh");
  execFileSync("sh", [installer], { stdio: ["ignore", "inherit", "inherit"] });
}

// src/release.json
var release_default = {
  version: "",
  base: "",
  archives: {}
};

// src/program.ts
var LEAST = "0.1.0";
async function findGom(version, ownFolder, release = release_default) {
  const passedOver = [];
  for (const gom2 of candidates()) {
    const found = versionOf(gom2);
    if (found !== void 0 && fits(found, version)) {
      if (!onPath().includes(gom2)) {
        addPath(dirname(gom2));
      }
      return gom2;
    }
    passedOver.push(`${gom2} is ${found === void 0 ? "not a gom that runs" : `gom ${found}`}`);
  }
  const gom = await provide(ownFolder, version, passedOver, release);
  const provided = versionOf(gom) ?? "of no version";
  if (!fits(provided, version)) {
    throw new Error(`this is gom ${provided}, not ${wanted2(version)}: ${gom}`);
  }
  return gom;
}
function wanted2(version) {
  return version === "" ? `${LEAST} or newer` : version;
}
function fits(found, version) {
  if (version !== "") {
    return found === version;
  }
  const [one, least] = [found, LEAST].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number));
  for (const [index, number] of (least ?? []).entries()) {
    const other = one?.[index] ?? NaN;
    if (other !== number) {
      return other > number;
    }
  }
  return true;
}
async function provide(ownFolder, version, passedOver, release) {
  const base = (process.env.GOM_DOWNLOAD_BASE ?? "").replace(/\/$/, "");
  if (base === "" && isInWorkspace(ownFolder) && existsSync(join2(ownFolder, "crates/gom-cli"))) {
    return build(ownFolder);
  }
  if (release.version !== "") {
    if (!fits(release.version, version)) {
      throw new Error(
        `this action is for gom ${release.version}, and gom-version is ${version}
hint: leave gom-version out, or use the action at the commit of action-v${version}`
      );
    }
    await install(release, base, temporaryFolder());
    return installed();
  }
  if (base !== "") {
    return installRelease(base);
  }
  const found = passedOver.length === 0 ? "" : `: ${passedOver.join(", ")}`;
  throw new Error(
    `this runner has no gom ${wanted2(version)}${found}
hint: set GOM_DOWNLOAD_BASE to the folder of a release, or install gom in a step before`
  );
}
function candidates() {
  const stores = [process.env.GOM_HOME ?? "", join2(homedir(), ".gom")].filter(isAbsolute);
  const own = stores.map((store) => join2(store, "bin", "gom")).filter(isExecutable);
  return [.../* @__PURE__ */ new Set([...onPath(), ...own])];
}
function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join2(folder, "gom")).filter(isExecutable);
}
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
function versionOf(gom) {
  const { error, stdout } = spawnSync(gom, ["--version"], { encoding: "utf8", timeout: 1e4 });
  return error === void 0 ? /^gom (\d+\.\d+\.\d+\S*)\s*$/.exec(stdout)?.[1] : void 0;
}
async function installRelease(base) {
  const script = join2(temporaryFolder(), "install.sh");
  await fetchInstaller(`${base}/install.sh`, script);
  execFileSync2("sh", [script], { stdio: ["ignore", "inherit", "inherit"] });
  return installed();
}
function installed() {
  const folder = join2(process.env.GOM_HOME ?? join2(homedir(), ".gom"), "bin");
  addPath(folder);
  return join2(folder, "gom");
}
async function fetchInstaller(url, file) {
  if (url.startsWith("file://")) {
    copyFileSync2(fileURLToPath2(url), file);
    return;
  }
  if (!url.startsWith("https://")) {
    throw new Error(`GOM_DOWNLOAD_BASE is neither https:// nor file://: ${url}`);
  }
  writeFileSync(file, await fetchText(url));
}
function build(checkout) {
  const target = join2(process.env.RUNNER_TEMP ?? tmpdir(), "gom-build");
  const args = ["build", "--release", "--locked", "--package", "gom-cli", "--target-dir", target];
  execFileSync2("cargo", args, { cwd: checkout, stdio: ["ignore", "inherit", "inherit"] });
  return join2(target, "release", "gom");
}
function isInWorkspace(folder) {
  const workspace = process.env.GITHUB_WORKSPACE ?? "";
  const below = relative(workspace, folder);
  return workspace !== "" && !below.startsWith("..") && !isAbsolute(below);
}
function temporaryFolder() {
  return mkdtempSync(join2(process.env.RUNNER_TEMP ?? tmpdir(), "gom-"));
}

// src/main.ts
try {
  await run();
} catch (error) {
  setFailed(error instanceof Error ? error.message : String(error));
}
async function run() {
  if (process.platform === "win32") {
    throw new Error("gom does not run on Windows: use actions/setup-go in this job");
  }
  const inputs = readInputs();
  const ownFolder = dirname2(dirname2(dirname2(fileURLToPath3(import.meta.url))));
  const program = await findGom(inputs.gomVersion, ownFolder);
  const mirror = inputs.mirror ? { GOM_MIRROR: inputs.mirror, GOM_SOURCES: "mirror" } : {};
  const proof = inputs.require ? { GOM_REQUIRE: inputs.require } : {};
  const gom = new Gom(program, { ...process.env, ...mirror, ...proof });
  const withCaches = inputs.cache && available();
  if (inputs.cache && !withCaches) {
    warning("this runner has no service for caches: nothing is restored or kept");
  }
  const toolchains = withCaches ? await restoreToolchains(gom, inputs) : "miss";
  const setup = await setUp(gom, inputs, toolchains);
  const hits = withCaches ? await restoreWork(gom, inputs, setup, toolchains) : {};
  setOutput("cache-hit", hits.modules === "exact");
  setOutput("build-cache-hit", hits.build !== void 0 && hits.build !== "miss");
}
async function restoreToolchains(gom, inputs) {
  const args = ["cache", "key", "toolchains", `--go=${inputs.goVersion}`, ...wanted(inputs), ...kept(inputs), "--json"];
  const answer = await gom.call(...args);
  const hits = [];
  for (const cache of answer.caches.filter(({ needed }) => needed)) {
    hits.push(await restore(cache.paths, cache.key));
  }
  if (!hits.includes("exact")) {
    return "miss";
  }
  return hits.includes("miss") ? "prefix" : "exact";
}
async function setUp(gom, inputs, toolchains) {
  const setup = await gom.call(
    "setup",
    ...wanted(inputs),
    ...kept(inputs),
    ...inputs.toolchain ? ["--toolchain", inputs.toolchain] : [],
    ...toolchains === "miss" ? [] : ["--restored"],
    ...inputs.problemMatchers ? [] : ["--no-problem-matchers"],
    "--json",
    "--",
    inputs.goVersion
  );
  for (const command of setup.commands) {
    process.stdout.write(`${command}
`);
  }
  for (const warning2 of setup.warnings) {
    warning(warning2);
  }
  return setup;
}
async function restoreWork(gom, inputs, setup, toolchains) {
  await gom.call("cache", "paths", "modules", "--prepare", "--json");
  const { caches: work } = await gom.call(
    ...["cache", "key", "modules", "build", `--go=${inputs.goVersion}`, ...wanted(inputs)],
    ...["--suffix", inputs.cacheSuffix, "--leg", inputs.leg],
    ...inputs.dependencies.flatMap((glob) => ["--dependencies", glob]),
    "--json"
  );
  const hits = [["toolchains", toolchains]];
  for (const { cache, key, paths, restore_keys } of work) {
    hits.push([cache, await restore(paths, key, restore_keys)]);
  }
  await gom.call("cache", "stats", ...flags(hits), "--summary", "--json");
  const toolchainsToKeep = setup.toolchains.filter((toolchain) => toolchain.cache.save);
  write({
    gom: gom.program,
    saveCache: inputs.saveCache,
    hits,
    kept: [
      ...toolchainsToKeep.map(({ cache: { key, paths } }) => ({ cache: "toolchains", key, paths })),
      ...work.map(({ cache, key, paths }) => ({ cache, key, paths }))
    ]
  });
  return Object.fromEntries(hits);
}
