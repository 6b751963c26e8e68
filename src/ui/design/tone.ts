/** What a colour says; the word beside it says the same. */
export type Tone = 'accent' | 'good' | 'warn' | 'bad' | 'quiet';
