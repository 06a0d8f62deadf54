const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;
const RANDOM_CHARACTERS = 16;

/** A ULID (github.com/ulid/spec): 48 bits of milliseconds, then 80 of randomness, in Crockford's base 32. */
export function ulid(milliseconds: number, random: () => number): string {
  let time = "";
  let rest = Math.floor(milliseconds);
  for (let place = 0; place < TIME_CHARACTERS; place += 1) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  let randomness = "";
  for (let place = 0; place < RANDOM_CHARACTERS; place += 1) {
    randomness += ALPHABET.charAt(Math.floor(random() * 32));
  }
  return time + randomness;
}
