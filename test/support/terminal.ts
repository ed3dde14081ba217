/**
 * A Python program that runs a command on a new terminal of 100 columns, and forwards its output, because Node cannot
 * create a terminal. A line on its standard input sends a Ctrl-C.
 */
export const TERMINAL = `
import fcntl, os, pty, struct, sys, termios, threading
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
def keys():
    for _ in sys.stdin:
        os.write(terminal, b"\\x03")
threading.Thread(target=keys, daemon=True).start()
while True:
    try:
        output = os.read(terminal, 65536)
    except OSError:
        break
    if not output:
        break
    os.write(1, output.replace(b"\\r\\n", b"\\n"))
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
`
