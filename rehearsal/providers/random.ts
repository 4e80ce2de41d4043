/**
 * Random values that are no secret to anyone: made from the URN, so that a rehearsal gives the same result each time.
 * Lengths, character classes and secrecy are those of the real provider (pulumi-random 4).
 */
import { createHash } from "node:crypto";

import { plain, secret, type Values } from "../values";
import { changedPaths, type Difference, type Done, type Provider, type ProviderContext, type Subject } from "./provider";

const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";
const BCRYPT = `./${UPPER}${LOWER}${DIGITS}`;
const ADJECTIVES = [
    "able",
    "bold",
    "calm",
    "daring",
    "eager",
    "fair",
    "gentle",
    "happy",
    "keen",
    "lucky",
    "mild",
    "noble",
    "proud",
    "quick",
    "rare",
    "sound",
];
const ANIMALS = [
    "ant",
    "bear",
    "crane",
    "deer",
    "eagle",
    "fox",
    "goose",
    "hare",
    "ibis",
    "jay",
    "koala",
    "lynx",
    "mole",
    "newt",
    "owl",
    "puma",
];

/** Bytes without end that depend on nothing but the seed. */
class Stream {
    private block = Buffer.alloc(0);
    private at = 0;
    private counter = 0;

    constructor(private readonly seed: string) {}

    byte(): number {
        if (this.at >= this.block.length) {
            this.block = createHash("sha512").update(`${this.seed}#${this.counter++}`).digest();
            this.at = 0;
        }
        return this.block[this.at++]!;
    }

    bytes(count: number): Buffer {
        return Buffer.from(Array.from({ length: count }, () => this.byte()));
    }

    /** An even choice of 0 … bound-1. */
    below(bound: number): number {
        let value: number;
        const limit = Math.floor(2 ** 32 / bound) * bound;
        do {
            value = this.bytes(4).readUInt32BE();
        } while (value >= limit);
        return value % bound;
    }

    pick(from: string | readonly string[]): string {
        return from[this.below(from.length)]!;
    }
}

/** `@pulumi/random`, reproducibly. */
export class RandomProvider implements Provider {
    constructor(private readonly context: ProviderContext) {}

    check(subject: Subject, inputs: Values): Values {
        const kind = subject.type.split(":").pop();
        if ((kind === "RandomPassword" || kind === "RandomString") && inputs["length"] === undefined) {
            throw new Error("Missing required argument: length");
        }
        return inputs;
    }

    diff(_subject: Subject, _id: string, olds: Values, news: Values): Difference {
        const replaces = changedPaths(olds, news);
        return { changed: replaces.length > 0, replaces, deleteBeforeReplace: false };
    }

    create(subject: Subject, inputs: Values): Promise<Done> {
        if (this.context.dryRun) {
            return Promise.resolve({ id: "", outputs: inputs, readyWhen: "accepted" });
        }
        try {
            // The keepers are part of the seed: changed keepers make a new value, as they should.
            const seed = `${subject.urn} ${JSON.stringify(plain(inputs))}`;
            const { id, ...outputs } = generate(subject.type, plain(inputs), new Stream(seed));
            return Promise.resolve({ id: String(id), outputs: { ...inputs, ...outputs, id: id! }, readyWhen: "accepted" });
        } catch (e) {
            return Promise.reject(e as Error);
        }
    }

    update(subject: Subject, _id: string, _olds: Values, news: Values): Promise<Done> {
        return this.create(subject, news);
    }

    delete(): Promise<void> {
        return Promise.resolve();
    }

    read(subject: Subject): Promise<Done | undefined> {
        return Promise.reject(new Error(`${subject.type} cannot be imported in a rehearsal`));
    }

    invoke(token: string): Promise<Values> {
        return Promise.reject(new Error(`a rehearsal has no answer to ${token}`));
    }
}

function generate(type: string, inputs: any, stream: Stream): Values {
    switch (type) {
        case "random:index/randomPassword:RandomPassword": {
            const result = text(inputs, stream);
            return { id: "none", ...textOutputs(inputs), result: secret(result), bcryptHash: secret(bcryptShaped(stream)) };
        }
        case "random:index/randomString:RandomString": {
            const result = text(inputs, stream);
            return { id: result, ...textOutputs(inputs), result };
        }
        case "random:index/randomId:RandomId": {
            const bytes = stream.bytes(Number(inputs.byteLength));
            const prefix = String(inputs.prefix ?? "");
            const url = bytes.toString("base64url");
            return {
                id: url,
                b64Url: prefix + url,
                b64Std: prefix + bytes.toString("base64"),
                hex: prefix + bytes.toString("hex"),
                dec: prefix + BigInt(`0x${bytes.toString("hex") || "0"}`).toString(),
            };
        }
        case "random:index/randomBytes:RandomBytes": {
            const bytes = stream.bytes(Number(inputs.length));
            return { id: "none", base64: secret(bytes.toString("base64")), hex: secret(bytes.toString("hex")) };
        }
        case "random:index/randomUuid:RandomUuid": {
            const result = uuid(stream.bytes(16), 4);
            return { id: result, result };
        }
        case "random:index/randomInteger:RandomInteger": {
            const [min, max] = [Number(inputs.min), Number(inputs.max)];
            if (max < min) {
                throw new Error(
                    "Create Random Integer Error: the minimum (min) value needs to be smaller than or equal to maximum (max) value",
                );
            }
            const result = min + stream.below(max - min + 1);
            return { id: String(result), result };
        }
        case "random:index/randomPet:RandomPet": {
            const length = Number(inputs.length ?? 2);
            const words = Array.from({ length }, (_, i) => stream.pick(i === length - 1 ? ANIMALS : ADJECTIVES));
            const separator = String(inputs.separator ?? "-");
            const id = [...(inputs.prefix !== undefined ? [String(inputs.prefix)] : []), ...words].join(separator);
            return { id, length, separator };
        }
        case "random:index/randomShuffle:RandomShuffle": {
            const from = [...(inputs.inputs as string[])];
            const results: string[] = [];
            const count = Number(inputs.resultCount ?? from.length);
            while (results.length < count && from.length > 0) {
                const round = [...from];
                while (round.length > 0 && results.length < count) {
                    results.push(round.splice(stream.below(round.length), 1)[0]!);
                }
            }
            return { id: "-", results };
        }
        default:
            throw new Error(`${type} is not a resource of the random provider that a rehearsal knows`);
    }
}

function textOutputs(inputs: any): Values {
    const number = (inputs.numeric ?? inputs.number ?? true) as boolean;
    return {
        lower: inputs.lower ?? true,
        upper: inputs.upper ?? true,
        numeric: number,
        number,
        special: inputs.special ?? true,
        minLower: inputs.minLower ?? 0,
        minUpper: inputs.minUpper ?? 0,
        minNumeric: inputs.minNumeric ?? 0,
        minSpecial: inputs.minSpecial ?? 0,
    };
}

/** Text of the given length and classes of characters, with the minimum of each class. */
function text(inputs: any, stream: Stream): string {
    const special = String(inputs.overrideSpecial ?? SPECIAL);
    const classes: readonly [boolean, string, number][] = [
        [inputs.lower ?? true, LOWER, Number(inputs.minLower ?? 0)],
        [inputs.upper ?? true, UPPER, Number(inputs.minUpper ?? 0)],
        [inputs.numeric ?? inputs.number ?? true, DIGITS, Number(inputs.minNumeric ?? 0)],
        [inputs.special ?? true, special, Number(inputs.minSpecial ?? 0)],
    ];
    const length = Number(inputs.length);
    const least = classes.reduce((sum, [, , minimum]) => sum + minimum, 0);
    if (length < least) {
        throw new Error(
            `Attribute length value must be at least sum of minUpper + minLower + minNumeric + minSpecial, got: ${length}`,
        );
    }
    const all = classes.map(([wanted, characters]) => (wanted ? characters : "")).join("");
    if (all === "") {
        throw new Error("the character set specified is empty");
    }
    const characters = classes.flatMap(([, from, minimum]) => Array.from({ length: minimum }, () => stream.pick(from)));
    while (characters.length < length) {
        characters.push(stream.pick(all));
    }
    for (let i = characters.length - 1; i > 0; i--) {
        const j = stream.below(i + 1);
        [characters[i], characters[j]] = [characters[j]!, characters[i]!];
    }
    return characters.join("");
}

/** Looks like a bcrypt hash of cost 10, and opens nothing. */
function bcryptShaped(stream: Stream): string {
    return `$2a$10$${Array.from({ length: 53 }, () => stream.pick(BCRYPT)).join("")}`;
}

/** Sixteen bytes as a UUID of a version. */
export function uuid(bytes: Buffer, version: number): string {
    bytes[6] = (bytes[6]! & 0x0f) | (version << 4);
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = bytes.toString("hex");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
}
