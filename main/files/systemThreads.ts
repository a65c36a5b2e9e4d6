/** Room for the journals of more tabs than a laptop has ports, each with a write and a flush that hang. */
const THREADS = 64;

/**
 * Node has four threads for all that a system call may hold up, and node-serialport reads and writes through them as files do:
 * once four calls to a disk that hangs are under way, no module is heard or answered any more. Gives it more; what has been set
 * in `UV_THREADPOOL_SIZE` stays where it is more than that: fewer would hold up the ports, and what is no number counts as one thread. To be
 * called before the first of them is used, from then on it changes nothing.
 */
export function addSystemThreads(): void {
  const set = Number(process.env['UV_THREADPOOL_SIZE']);
  if (!(set >= THREADS)) process.env['UV_THREADPOOL_SIZE'] = String(THREADS);
}
