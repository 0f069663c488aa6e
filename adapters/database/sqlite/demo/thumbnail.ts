import type { Random } from './random.ts'

const SIZE = 8
const HEADER_BYTES = 62

/** An 8 × 8 picture, mirrored left to right, as a Windows bitmap of two colours (94 bytes that any browser shows). */
export function drawThumbnail(random: Random): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + SIZE * 4)
  const view = new DataView(bytes.buffer)
  bytes.set([0x42, 0x4d])
  view.setUint32(2, bytes.length, true)
  view.setUint32(10, HEADER_BYTES, true)
  view.setUint32(14, 40, true)
  view.setInt32(18, SIZE, true)
  view.setInt32(22, SIZE, true)
  view.setUint16(26, 1, true)
  view.setUint16(28, 1, true)
  view.setUint32(46, 2, true)
  bytes.set([0xf4, 0xf4, 0xf0, 0], 54)
  bytes.set([random.int(40, 190), random.int(40, 190), random.int(40, 190), 0], 58)
  for (let line = 0; line < SIZE; line++) {
    bytes[HEADER_BYTES + line * 4] = mirrored(random.int(0, 15))
  }
  return bytes
}

/** Four bits → the same four and their mirror image. */
function mirrored(half: number): number {
  let whole = half << 4
  for (let bit = 0; bit < 4; bit++) whole |= ((half >> bit) & 1) << (3 - bit)
  return whole
}
