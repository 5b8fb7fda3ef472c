/** What a piece of work does to the process's resident memory. */
const mega = 1024 * 1024;
/** The highest resident size so far, kept by the kernel: no sampling, so nothing between two samples is missed. */
const highWater = () => process.resourceUsage().maxRSS * 1024;

/**
 * Runs `work` and adds `peakMb` (of the process so far) and `growthMb` (how far the work drove it above where it stood) to
 * what it answers. Growth that stays under an earlier peak shows only as far as it is still there at the end. No collection is
 * forced before: it would shrink the young generation, whose growing back is not the work's doing.
 * @param {() => Promise<object>} work
 */
export async function withMemory(work) {
  const before = process.memoryUsage.rss();
  const peakBefore = highWater();
  const result = await work();
  const peak = highWater();
  const top = peak > peakBefore ? peak : process.memoryUsage.rss();
  return { ...result, peakMb: peak / mega, growthMb: Math.max(0, top - before) / mega };
}
