# Runs a Homebrew formula without Homebrew: `ruby formula.rb FORMULA PREFIX DIST`. It stands in for the words of a formula
# that gom's uses, checks the sum of the archive for this machine, unpacks it, and runs the formula's `install` on it.
# A word that it does not know is an error, so a formula that asks for more has to be tried with Homebrew itself.

require "digest"
require "fileutils"
require "pathname"
require "tmpdir"

FORMULA, PREFIX, DIST = ARGV.map { |argument| Pathname.new(argument).expand_path }
SYSTEM = RUBY_PLATFORM.include?("darwin") ? :on_macos : :on_linux
PROCESSOR = RUBY_PLATFORM.match?(/arm64|aarch64/) ? :on_arm : :on_intel

# A folder of the prefix, with the methods that Homebrew adds to it.
class Folder < Pathname
  def install(*names)
    mkpath
    names.flatten.each do |name|
      name.is_a?(Hash) ? name.each { |from, to| FileUtils.cp_r(from, self / to) } : FileUtils.cp_r(name, self)
    end
  end

  def install_symlink(file)
    mkpath
    FileUtils.ln_s(file.relative_path_from(self), self / file.basename)
  end
end

class Formula
  class << self
    attr_reader :archive, :sum, :values

    %i[desc homepage version license].each do |word|
      define_method(word) { |value| (@values ||= {})[word] = value }
    end

    %i[on_macos on_linux on_arm on_intel].each do |word|
      define_method(word) { |&block| block.call if [SYSTEM, PROCESSOR].include?(word) }
    end

    def url(address)
      @archive = DIST / File.basename(address)
    end

    def sha256(sum)
      @sum = sum
    end

    def test; end

    def inherited(formula)
      super
      (@formulae ||= []) << formula
    end

    attr_reader :formulae
  end

  {
    bin: "bin", libexec: "libexec", man1: "share/man/man1", doc: "share/doc/gom",
    bash_completion: "etc/bash_completion.d", fish_completion: "share/fish/vendor_completions.d",
    zsh_completion: "share/zsh/site-functions",
  }.each { |word, folder| define_method(word) { Folder.new(PREFIX / folder) } }
end

load FORMULA.to_s
formula = Formula.formulae.fetch(0)
expected = FORMULA.basename(".rb").to_s.split("-").map(&:capitalize).join
abort "error: the class in #{FORMULA} is #{formula}, not #{expected}" if formula.name != expected
found = Digest::SHA256.file(formula.archive).hexdigest
abort "error: #{formula.archive} has sha256 #{found}, the formula #{formula.sum}" if found != formula.sum
Dir.mktmpdir do |folder|
  system("tar", "-xzf", formula.archive.to_s, "-C", folder, exception: true)
  # Homebrew too goes into the one folder of an archive.
  Dir.chdir(Dir.children(folder).map { |name| File.join(folder, name) }.fetch(0)) { formula.new.install }
end
puts formula.new.caveats
