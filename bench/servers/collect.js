/**
 * Loaded into every server that is measured (`node --expose-gc --import …`), Kith and peers alike:
 * asked over the channel to its parent, it collects what is unreachable and says what is left. Plain
 * JavaScript, so that nothing but the server itself is in its process.
 */
process.on('message', async (message) => {
  if (message !== 'collect') return
  for (let round = 0; round < 3; round++) {
    globalThis.gc()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send({ rss, live: heapUsed + external })
})
// It doesn't outlive who measures it.
process.on('disconnect', () => process.exit())
process.channel.unref()
