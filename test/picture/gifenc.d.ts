/** What of gifenc 1.0.3 the picture uses; the package has no types of its own. */
declare module 'gifenc' {
  type Palette = number[][]
  const quantize: (rgba: Uint8Array, colors: number) => Palette
  const applyPalette: (rgba: Uint8Array, palette: Palette) => Uint8Array
  const GIFEncoder: () => {
    writeFrame(
      pixels: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number },
    ): void
    finish(): void
    bytes(): Uint8Array
  }
  const gifenc: {
    quantize: typeof quantize
    applyPalette: typeof applyPalette
    GIFEncoder: typeof GIFEncoder
  }
  export default gifenc
}
