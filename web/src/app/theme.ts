/** Colours, type and defaults of all components: warm paper and petrol, after the studio's panel. */

import {
  Badge, Button, Card, Code, createTheme, defaultVariantColorsResolver, Indicator, localStorageColorSchemeManager, Menu, Modal, Paper, Select, Table,
  TextInput, Tooltip, type CSSVariablesResolver, type MantineColorsTuple, type VariantColorsResolver,
} from '@mantine/core';

const petrol: MantineColorsTuple = [
  '#e8f4f6', '#d0e8ec', '#a3d2da', '#7fc9d6', '#6fd0e0', '#2f8d9e', '#1b7485', '#0f6675', '#0b5c6b', '#064451',
];
const gray: MantineColorsTuple = [
  '#faf9f6', '#f4f2ed', '#e9e6df', '#dcd8cf', '#c2bdb2', '#8d887e', '#66625a', '#4a4843', '#313230', '#1d2327',
];
const dark: MantineColorsTuple = [
  '#e8e6e0', '#c9ccca', '#a2acb2', '#7b868d', '#3a444a', '#2d363b', '#20282c', '#171d20', '#111618', '#0b0f11',
];

function breath({ color, theme }: Parameters<VariantColorsResolver>[0], percent: number): string {
  const name = color ?? theme.primaryColor;
  const bright = name in theme.colors ? `var(--mantine-color-${name}-5)` : name;
  return `color-mix(in srgb, ${bright} ${percent}%, transparent)`;
}

/** By night, what is filled is bright: its text is dark then. Mantine chooses one text colour for both. */
const resolveVariantColors: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input);
  if (input.variant === 'filled') return { ...resolved, color: `light-dark(${resolved.color}, var(--mantine-color-black))` };
  if (input.variant === 'light') {
    return {
      ...resolved,
      // By day, small text on the palest of its colour is a little too pale itself.
      color: `light-dark(color-mix(in srgb, ${resolved.color}, black 32%), ${resolved.color})`,
      // By night, Mantine's own is a block of dark colour; a breath of the bright one is calmer, and sets it off from any ground.
      background: `light-dark(${resolved.background}, ${breath(input, 18)})`,
      hover: `light-dark(${resolved.hover}, ${breath(input, 26)})`,
    };
  }
  return resolved;
};

export const theme = createTheme({
  variantColorResolver: resolveVariantColors,
  respectReducedMotion: true,
  primaryColor: 'petrol',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { petrol, gray, dark },
  black: '#1d2327',
  white: '#ffffff',
  fontFamily: '"Inter Variable", ui-sans-serif, system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, "Cascadia Mono", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.875rem', md: '0.9375rem', lg: '1.0625rem', xl: '1.25rem' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.125rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' }, styles: { root: { verticalAlign: 'middle' }, label: { textTransform: 'none', fontWeight: 550 } } }),
    Button: Button.extend({ defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 550 } } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg' } }),
    // Long lines wrap: what scrolls must be reached with the keyboard, and on a phone nobody looks for it.
    Code: Code.extend({ styles: { root: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' } } }),
    Indicator: Indicator.extend({ styles: { indicator: { color: 'light-dark(var(--mantine-color-white), var(--mantine-color-black))' } } }),
    // The first item has the focus; Mantine's own place for it is nothing that a menu may have in it.
    Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }),
    Modal: Modal.extend({ defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35, blur: 1 } } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Select: Select.extend({ defaultProps: { checkIconPosition: 'right' } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'sm' } }),
    TextInput: TextInput.extend({ defaultProps: { autoComplete: 'off' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, withArrow: true } }),
  },
});

export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-dimmed': '#66625a',
    '--mantine-color-placeholder': '#77736a',
    '--mantine-color-error': '#c92a2a',
    '--jf-aside': '#f7f5f0',
    '--jf-line': '#e4e0d7',
    '--jf-hover': '#f7f5f0',
  },
  dark: {
    '--mantine-color-body': '#151a1d',
    '--mantine-color-dimmed': '#a2acb2',
    '--mantine-color-error': '#ff8787',
    '--jf-aside': '#101416',
    '--jf-line': '#283035',
    '--jf-hover': '#1b2225',
  },
});

/** Its key is read by public/color-scheme.js, too. */
export const colorSchemes = localStorageColorSchemeManager({ key: 'jackfield.colors' });
