# Made by `cargo xtask dist`: the programs of the release, nothing is compiled.
class @CLASS@ < Formula
  desc "Go toolchain manager that proves what it installs"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

@PLATFORMS@

  def install
    # gom finds its shim in its own folder; nobody calls the shim by its name.
    libexec.install "gom", "gom-shim"
    bin.install_symlink libexec/"gom"
    bash_completion.install "completions/gom.bash" => "gom"
    fish_completion.install "completions/gom.fish"
    zsh_completion.install "completions/_gom"
    man1.install Dir["man/*.1"]
    doc.install "licenses"
  end

  def caveats
    <<~TEXT
      To get a Go and put it on PATH:
        gom install 1.26
        gom setup
      The toolchains are in ~/.gom, which `brew uninstall` leaves as it is.
    TEXT
  end

  test do
    assert_match "gom #{version}", shell_output("#{bin}/gom --version")
    ENV["GOM_HOME"] = testpath/"store"
    system bin/"gom", "self", "init"
    assert_path_exists testpath/"store/bin/go"
  end
end
