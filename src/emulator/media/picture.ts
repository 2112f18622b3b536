/** A colour: red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A picture of at most 256 colours: one byte for each pixel, row by row, which is an index of the palette. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly palette: readonly Colour[];
  readonly pixels: Uint8Array;
}

/** Paints a picture. `colourAt` returns the index of the colour at a point, whose coordinates are 0 to 1. */
export function paint(
  { width, height, palette }: Omit<Picture, 'pixels'>,
  colourAt: (x: number, y: number) => number,
): Picture {
  const pixels = new Uint8Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      pixels[row * width + column] = colourAt((column + 0.5) / width, (row + 0.5) / height);
    }
  }
  return { width, height, palette, pixels };
}

/** A colour from its hue (degrees), saturation and lightness (0 to 1). */
export function hsl(hue: number, saturation: number, lightness: number): Colour {
  const amplitude = saturation * Math.min(lightness, 1 - lightness);
  const channel = (offset: number) => {
    const k = (offset + (((hue % 360) + 360) % 360) / 30) % 12;
    return Math.round(255 * (lightness - amplitude * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
