# shellcheck shell=bash
# Sourced by ./whyc and ./check: find_jdk25 sets `jdk` to the home of a JDK 25, or fails.

is_jdk25() {
  # The release file answers without starting a JVM. javac tells a JDK from a mere runtime.
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] &&
    [[ "$(<"$1/release")" == *'JAVA_VERSION="25'[.\"-]* ]]
}

find_jdk25() {
  local home on_path
  jdk=${JAVA_HOME:-}
  [ -n "$jdk" ] && is_jdk25 "$jdk" && return
  on_path=$(command -v javac) && on_path=$(readlink -f "$on_path") && jdk=${on_path%/bin/javac} &&
    is_jdk25 "$jdk" && return
  for home in /usr/lib/jvm/*25* /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
    jdk=$home
    is_jdk25 "$jdk" && return
  done
  return 1
}
