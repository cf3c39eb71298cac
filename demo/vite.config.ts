import { env } from 'node:process'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { compress } from './compress.js'
import { partsInPage } from './parts-in-page.js'

const server = 'http://127.0.0.1:8787'
const proxy = {
  '/ws': { target: server, ws: true },
  '/dev': server,
  '/sign-in': server,
  '/workspaces': server,
  '/invites': server,
  '/openapi.json': server,
  '/metrics': server,
}

/** Paths that the server answers itself, so the app's shell must not stand in for them. */
const NOT_THE_APP = [
  /^\/(?:ws|dev|sign-in|workspaces|invites|openapi\.json|metrics)(?:\/|$)/,
  /^\/test-client/,
]

export default defineConfig({
  // Which build a page is of; a release names its own.
  define: { 'import.meta.env.KITH_VERSION': JSON.stringify(env.KITH_VERSION ?? 'development') },
  plugins: [
    react(),
    partsInPage(),
    VitePWA({
      // A new version waits for the next start: it never reloads a page somebody types into.
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        id: '/',
        name: 'Kith',
        short_name: 'Kith',
        description: 'Contacts that a team shares, online or not',
        display: 'standalone',
        start_url: '/',
        scope: '/',
        categories: ['business', 'productivity'],
        background_color: '#ffffff',
        theme_color: '#2f6f5e',
        // The PNGs are made of the SVG by `npm run picture`.
        icons: [
          { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
          { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
          {
            src: '/icon-maskable-512.png',
            sizes: '512x512',
            type: 'image/png',
            purpose: 'maskable',
          },
          { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,webmanifest}'],
        // The inspector is looked at when something is wrong: always the server's own copy.
        // Nor does anybody load Supabase's sign-in whose server has another; it is kept once used.
        globIgnores: ['test-client.html', 'assets/test-client-*', 'assets/supabase-*'],
        runtimeCaching: [
          {
            urlPattern: /\/assets\/supabase-[^/]*$/,
            handler: 'CacheFirst',
            options: {
              cacheName: 'supabase',
              expiration: { maxEntries: 4 },
              // An import says where it comes from, what looked ahead for it did not.
              matchOptions: { ignoreVary: true },
            },
          },
        ],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: NOT_THE_APP,
        // The import's worker must load from the cache in the very first visit too.
        clientsClaim: true,
      },
    }),
    compress(),
  ],
  build: {
    target: 'es2022',
    // A data: URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    // A part's files are fetched before it is imported (`src/parts/part.ts`).
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, files, { hostType }) => (hostType === 'html' ? files : []),
    },
    rolldownOptions: {
      input: { index: 'index.html', 'test-client': 'test-client.html' },
    },
  },
  worker: { format: 'es' },
  server: { proxy },
  preview: { proxy },
})
