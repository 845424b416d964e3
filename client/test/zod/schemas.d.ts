/** The exported client's zod.ts, which run.mjs puts in its place. */
declare module '#schemas';
