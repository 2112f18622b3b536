import { seededChoice } from '../results/seeded-choice.ts';
import { hsl, type Picture, paint } from './picture.ts';

const skyColours = 48;
const coverSize = { width: 640, height: 360 };
const animationSize = { width: 320, height: 180 };
const animationFrames = 12;
const faceSize = { width: 256, height: 256 };

/** A cover: a landscape. The video decides its hills, the image its hour. */
export function coverDrawing(videoId: string, imageId: string): Picture {
  return landscape(videoId, imageId, coverSize, 0);
}

/** The pictures of an animated cover: the sun moves, and the last picture leads to the first. */
export function animationDrawings(videoId: string, imageId: string): [Picture, ...Picture[]] {
  const at = (frame: number) =>
    landscape(videoId, imageId, animationSize, Math.sin((frame / animationFrames) * 2 * Math.PI));
  return [at(0), ...Array.from({ length: animationFrames - 1 }, (_, index) => at(index + 1))];
}

/** @param shift moves the sun, -1 to 1 */
function landscape(
  videoId: string,
  imageId: string,
  size: { width: number; height: number },
  shift: number,
): Picture {
  const place = seededChoice(`place|${videoId}`);
  const hour = seededChoice(`hour|${imageId}`);
  const hue = place.integer(0, 359) + hour.integer(-25, 25);
  const dusk = hour.integer(0, 100) / 100;
  const sun = { x: 0.15 + hour.integer(0, 70) / 100 + shift * 0.06, y: 0.2 + dusk * 0.3, radius: 0.09 };
  const ridges = [0.58, 0.7, 0.84].map((level, index) => ({
    level,
    waves: [1.3, 3.1, 7.7].map((frequency, wave) => ({
      frequency: frequency * (1 + index * 0.4),
      phase: place.integer(0, 628) / 100,
      height: (0.07 - index * 0.012) / (wave * 1.6 + 1),
    })),
  }));
  const palette = [
    ...Array.from({ length: skyColours }, (_, index) => {
      const depth = index / (skyColours - 1);
      return hsl(hue + 150 - depth * (90 + dusk * 40), 0.5 + 0.2 * depth, 0.36 - dusk * 0.12 + depth * 0.42);
    }),
    hsl(45, 0.95, 0.82),
    hsl(40, 0.9, 0.72),
    hsl(hue + 130, 0.28, 0.42 - dusk * 0.1),
    hsl(hue + 120, 0.34, 0.28 - dusk * 0.07),
    hsl(hue + 110, 0.4, 0.16 - dusk * 0.05),
  ];
  const aspect = size.width / size.height;
  // Once for each column: the sines of every pixel would take most of the time.
  const tops = Array.from({ length: size.width }, (_, column) =>
    ridges.map(({ level, waves }) =>
      waves.reduce(
        (top, { frequency, phase, height }) =>
          top + height * Math.sin((frequency * column * 2 * Math.PI) / size.width + phase),
        level,
      ),
    ),
  );

  return paint({ ...size, palette }, (x, y) => {
    const ridge = tops[Math.floor(x * size.width)]?.findLastIndex((top) => y > top) ?? -1;
    if (ridge >= 0) return skyColours + 2 + ridge;
    const distance = Math.hypot((x - sun.x) * aspect, y - sun.y);
    if (distance < sun.radius) return skyColours;
    if (distance < sun.radius * 1.18) return skyColours + 1;
    return Math.min(skyColours - 1, Math.floor((y / 0.75) * skyColours));
  });
}

/** A face. */
export function faceDrawing(faceId: string): Picture {
  const choice = seededChoice(`face|${faceId}`);
  const skin = choice.integer(0, 100) / 100;
  const skinHue = choice.integer(18, 30);
  const hairHue = choice.integer(12, 40);
  const hairLightness = choice.pick([0.1, 0.14, 0.2, 0.34, 0.62]);
  const hasLongHair = choice.chance(0.5);
  const hasGlasses = choice.chance(0.3);
  const fringe = 0.3 + choice.integer(0, 6) / 100;
  const lean = choice.integer(-12, 12) / 100;
  const palette = [
    hsl(choice.integer(0, 359), 0.38, 0.72),
    hsl(skinHue, 0.5, 0.74 - skin * 0.42),
    hsl(skinHue, 0.46, 0.66 - skin * 0.4),
    hsl(hairHue, 0.4, hairLightness),
    hsl(choice.integer(0, 359), 0.45, 0.38),
    hsl(20, 0.3, 0.12),
    hsl(0, 0, 0.97),
    hsl(4, 0.5, 0.5 - skin * 0.15),
  ];
  const [background, face, shade, hair, shirt, dark, white, lips] = [0, 1, 2, 3, 4, 5, 6, 7];
  const isIn = (x: number, y: number, cx: number, cy: number, rx: number, ry: number) =>
    ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1;

  return paint({ ...faceSize, palette }, (x, y) => {
    const side = Math.abs(x - 0.5);
    if (isIn(x, y, 0.5, 0.47, 0.21, 0.27)) {
      if (y < fringe + (x - 0.5) * lean + 0.25 * side) return hair;
      if (hasGlasses) {
        const lens = Math.hypot(side - 0.085, (y - 0.46) * 1.1);
        if (Math.abs(lens - 0.062) < 0.007 || (side < 0.025 && Math.abs(y - 0.455) < 0.006)) return dark;
      }
      if (isIn(side, y, 0.085, 0.46, 0.016, 0.018)) return dark;
      if (isIn(side, y, 0.085, 0.46, 0.034, 0.022)) return white;
      if (isIn(side, y, 0.085, 0.405, 0.042, 0.009)) return hair;
      if (isIn(x, y, 0.5, 0.555, 0.022, 0.014)) return shade;
      if (isIn(x, y, 0.5, 0.625, 0.062, 0.026) && y > 0.622) return lips;
      return face;
    }
    if (isIn(side, y, 0.212, 0.48, 0.022, 0.045)) return shade;
    if (isIn(x, y, 0.5, 0.42, 0.245, 0.29) && (hasLongHair || y < 0.42)) return hair;
    if (hasLongHair && side < 0.245 && y > 0.42 && y < 0.72 && side > 0.1) return hair;
    if (side < 0.075 && y > 0.65 && y < 0.82) return shade;
    if (isIn(x, y, 0.5, 1.04, 0.4, 0.28)) return shirt;
    return background;
  });
}
