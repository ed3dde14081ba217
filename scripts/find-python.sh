# For scripts of bash to source.

# find_python VERSION: a Python of this version, such as 3.12, from pyenv or the path; prints nothing where there is none.
find_python() {
  local found
  for found in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python "$(command -v "python$1" || true)"; do
    if [[ -x $found ]] && "$found" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])' "$1"; then
      echo "$found"
      return
    fi
  done
}
