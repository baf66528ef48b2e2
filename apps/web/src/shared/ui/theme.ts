import { createTheme, type CSSVariablesResolver } from '@mantine/core';
import { palette } from './palette.js';

/** The look of the product in one place: brand ramp, quiet neutrals, visible focus. `palette.spec.ts` holds the colours to their limits. */
export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 8, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif',
  defaultRadius: 'md',
  colors: { brand: palette.brand, dark: palette.night },
  components: {
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    Checkbox: { defaultProps: { size: 'md' } }, // 24 px (WEB-05)
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
  },
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#FFFFFF',
    '--mantine-color-text': '#1E2228',
    '--mantine-color-dimmed': '#5A6475',
    '--mantine-color-placeholder': '#667085',
    '--mantine-color-error': '#B42318',
    '--mantine-color-default-border': '#838C9B',
    '--mantine-color-anchor': palette.brand[8],
    '--wm-canvas': '#F6F7F9',
    '--wm-line': '#D6DAE1',
    '--wm-rail': '#E9ECF1',
    '--wm-hover': '#ECEFF4',
    '--wm-chosen': palette.brand[0],
    '--wm-focus': '#1D4FBF',
    '--wm-brand': palette.brand[8],
    '--wm-on-primary': '#FFFFFF',
    '--wm-ink': '#1E2228',
    '--wm-paper': '#FFFFFF',
    ...named(palette.light),
  },
  dark: {
    '--mantine-color-body': '#1A1D23',
    '--mantine-color-text': '#E3E7ED',
    '--mantine-color-dimmed': '#A3ADBD',
    '--mantine-color-placeholder': '#939DAE',
    '--mantine-color-error': '#FF8A80',
    '--mantine-color-default-border': '#6D7788',
    '--mantine-color-anchor': palette.brand[3],
    '--wm-canvas': '#14171C',
    '--wm-line': '#333944',
    '--wm-rail': '#2A2F38',
    '--wm-hover': '#262B33',
    '--wm-chosen': '#1F2B44',
    '--wm-focus': '#8AB4FF',
    '--wm-brand': palette.brand[4],
    '--wm-on-primary': '#FFFFFF',
    '--wm-ink': '#E3E7ED',
    '--wm-paper': '#1A1D23',
    ...named(palette.dark),
  },
});

function named(colors: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(colors).map(([name, color]) => [`--wm-${name}`, color]));
}
