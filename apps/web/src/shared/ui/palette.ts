type Ramp = [string, string, string, string, string, string, string, string, string, string];

interface Palette {
  brand: Ramp;
  /** The component library's greys of the dark scheme, in the tint of our surfaces: text first, then borders, fields, surfaces. */
  night: Ramp;
  surface: { light: string; dark: string };
  light: Record<string, string>;
  dark: Record<string, string>;
}

/** Mark colours, checked by `palette.spec.ts`: at least 3:1 on their surface and apart under colour-vision deficiencies (WEB-06). */
export const palette: Palette = {
  brand: ['#EEF3FD', '#DCE6FA', '#B7CDF5', '#8FB1F0', '#6A96EB', '#4B80E6', '#2F6BDD', '#2457C5', '#1D4FBF', '#173F99'],
  night: ['#E3E7ED', '#C3CAD5', '#A3ADBD', '#939DAE', '#4A5361', '#2C323D', '#20252E', '#1A1D23', '#14171C', '#0F1115'],
  surface: { light: '#FFFFFF', dark: '#1A1D23' },
  light: {
    'on-track': '#3A9C8F',
    'at-risk': '#B8801D',
    behind: '#A50F0F',
    exceeded: '#8854CE',
    none: '#4F596B',
    passed: '#10736F',
    upcoming: '#8791A2',
    warn: '#CF7F1C',
    restrict: '#C3240A',
    lock: '#5A0F4A',
  },
  dark: {
    'on-track': '#35D6C6',
    'at-risk': '#FDAE31',
    behind: '#E5352B',
    exceeded: '#A48DFC',
    none: '#717B8C',
    passed: '#35D6C6',
    upcoming: '#717B8C',
    warn: '#FDAE31',
    restrict: '#F0503A',
    lock: '#C45CE0',
  },
};
