/**
 * Whether an element has a size and its middle is not scrolled out of a box between it and `region`:
 * marks lie above all of them, and would show where the element does not. Reads the layout.
 */
export const isInSight = (element: HTMLElement, region: HTMLElement): boolean => {
  const { x, y, width, height } = element.getBoundingClientRect()
  if (width === 0 || height === 0) return false
  const [middleX, middleY] = [x + width / 2, y + height / 2]
  for (let box = element.parentElement; box !== null && box !== region; box = box.parentElement) {
    if (!scrolls(box)) continue
    const { left, right, top, bottom } = box.getBoundingClientRect()
    if (middleX < left || middleX > right || middleY < top || middleY > bottom) return false
  }
  return true
}

const scrolls = (box: HTMLElement): boolean =>
  (box.scrollHeight > box.clientHeight || box.scrollWidth > box.clientWidth) &&
  getComputedStyle(box).overflow !== 'visible'
