import { defineConfig } from 'vite';

/** Builds the web UI into `dist/ui`; scripts/ensure-built.mjs names another folder while it builds. */
export default defineConfig({
  root: 'src/ui',
  base: '/ui/',
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The query client marks its files for frameworks that render on a server; there is none here.
      onwarn: (warning, warn) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
  },
});
