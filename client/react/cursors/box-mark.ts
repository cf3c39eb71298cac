/** A frame over a field or a row that others are in, with their names. */
export interface BoxMark {
  /** In pixels of the layer; `text` is the chip's. */
  show(box: Pick<DOMRect, 'x' | 'y' | 'width' | 'height'>, color: string, text: string): void
  close(): void
}

export const boxMark = (layer: HTMLElement, kind: 'field' | 'row'): BoxMark => {
  const mark = layer.ownerDocument.createElement('div')
  mark.className = `kith-${kind}-mark`
  mark.dataset.part = kind
  mark.style.cssText = 'position:absolute;top:0;left:0;box-sizing:border-box'
  const chip = layer.ownerDocument.createElement('span')
  chip.className = 'kith-chip'
  chip.dataset.part = 'chip'
  mark.append(chip)
  layer.append(mark)
  return {
    show({ x, y, width, height }, color, text) {
      const { style } = mark
      style.transform = `translate(${x}px, ${y}px)`
      style.width = `${width}px`
      style.height = `${height}px`
      style.setProperty('--kith-color', color)
      if (chip.textContent !== text) chip.textContent = text
    },
    close: () => mark.remove(),
  }
}
