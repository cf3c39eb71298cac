/** TypeScript looks for the types of whatever is imported, a stylesheet too. */
export {}
