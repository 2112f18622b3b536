import type { Page } from 'playwright-core';

/** The controls of a page without a name, and the pictures without a text for people who do not see them. */
export function unnamedElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const nameOf = (element: Element) => {
      const label = element.getAttribute('aria-label') ?? '';
      const labels = 'labels' in element ? [...((element.labels as NodeListOf<Element> | null) ?? [])] : [];
      const isField = element.matches('input, select, textarea');
      return (
        label +
        labels.map((one) => one.textContent).join('') +
        (isField ? '' : element.textContent)
      ).trim();
    };
    const unnamed = [
      ...document.querySelectorAll('a, button, input, select, textarea, [role=progressbar]'),
    ].filter((element) => nameOf(element) === '');
    const pictures = [...document.querySelectorAll('img:not([alt])')];
    return [...unnamed, ...pictures].map((element) => element.outerHTML);
  });
}

/** The texts of a page whose contrast is below that of WCAG 2.2 AA: 4.5, and 3 for large text. */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const colourOf = (text: string): Colour => {
      const [red = 0, green = 0, blue = 0, alpha = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
      return [red, green, blue, alpha];
    };
    const over = (top: Colour, below: Colour): Colour => {
      const mix = (index: 0 | 1 | 2) => top[index] * top[3] + below[index] * (1 - top[3]);
      return [mix(0), mix(1), mix(2), 1];
    };
    const background = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const own = colourOf(getComputedStyle(element).backgroundColor);
      return own[3] === 1 ? own : over(own, background(element.parentElement));
    };
    const luminance = (colour: Colour) => {
      const linear = (index: 0 | 1 | 2) => {
        const value = colour[index] / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      };
      return 0.2126 * linear(0) + 0.7152 * linear(1) + 0.0722 * linear(2);
    };
    const contrast = (one: Colour, other: Colour) => {
      const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
      return (light + 0.05) / (dark + 0.05);
    };
    return [...document.querySelectorAll('body *')].flatMap((element) => {
      const hasText = [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      );
      // Controls that cannot be used are exempt.
      if (!hasText || !element.checkVisibility() || element.closest(':disabled, .disabled, script'))
        return [];
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const size = Number.parseFloat(fontSize);
      const isLarge = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700);
      const behind = background(element);
      const ratio = contrast(over(colourOf(color), behind), behind);
      return ratio < (isLarge ? 3 : 4.5) ? [`${ratio.toFixed(2)}: ${element.textContent}`] : [];
    });
  });
}

/** The controls that are smaller than WCAG 2.2 AA allows: 24 pixels, except for links in a text. */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, select, textarea, input:not([type=checkbox]), .button')]
      .filter((element) => element.checkVisibility())
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return width < 24 || height < 24;
      })
      .map((element) => element.outerHTML),
  );
}

/** By how many pixels the page is wider than the screen. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
