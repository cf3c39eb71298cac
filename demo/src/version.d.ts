interface ImportMetaEnv {
  /** Which build this is; set in `vite.config.ts`. */
  readonly KITH_VERSION: string
}
