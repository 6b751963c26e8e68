/** How long a browser stays signed in, in seconds: a shift, and some more. */
export const sessionSeconds = 12 * 3_600;
