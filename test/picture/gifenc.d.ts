/** What of gifenc 1.0.3 the picture uses; the package has no types of its own. */
declare module 'gifenc' {
  type Palette = number[][]
  export const quantize: (rgba: Uint8Array, colors: number) => Palette
  export const applyPalette: (rgba: Uint8Array, palette: Palette) => Uint8Array
  export const GIFEncoder: () => {
    writeFrame(
      pixels: Uint8Array,
      width: number,
      height: number,
      options: { palette: Palette; delay: number },
    ): void
    finish(): void
    bytes(): Uint8Array
  }
}
