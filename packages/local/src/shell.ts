/** The exit code of an engine whose data another one holds. */
export const LOCKED = 75

/**
 * Runs an engine so that it neither outlives its server nor shares its data. $1 is the file to lock, $2 the server's
 * process, $3 whether the engine can do without the lock; the rest is the engine's command.
 *
 * - The shell holds the other end of a pipe from the server: when the server is gone, however it went, the pipe ends and
 *   the shell ends the engine. Where `setpriv` can do it, the system does the same should the shell be killed.
 * - The engine inherits the lock, so that it is held for exactly as long as something may write to the data. The system
 *   lets go of it, whatever killed the process. The server's process is noted in it: where that one is gone, its engine
 *   is on its way out, and is waited for.
 * - A write past a limit of the file size fails, as it does on a full disk, in place of killing the engine.
 */
export const SHELL = `exec 3<&0 9>>"$1"
trap '' XFSZ
if command -v flock >/dev/null; then
  tries=0
  until flock -n 9; do
    owner=$(cat "$1")
    tries=$((tries + 1))
    if [ "$tries" -gt 50 ] || { [ "$owner" != "$2" ] && kill -0 "$owner" 2>/dev/null; }; then
      echo "in use by another server, process $owner" >&2
      exit ${LOCKED}
    fi
    sleep 0.1
  done
  echo "$2" >"$1"
elif [ "$3" != unlocked ]; then
  echo "there is no flock, the command of util-linux or busybox" >&2
  exit 69
fi
shift 3
if setpriv --pdeathsig TERM true 2>/dev/null; then
  set -- setpriv --pdeathsig TERM "$@"
fi
"$@" </dev/null 3<&- &
engine=$!
{ read -r _ <&3; kill "$engine" 2>/dev/null; } 9>&- &
wait "$engine"`
