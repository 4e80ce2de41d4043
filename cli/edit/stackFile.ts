/** A stack file that is changed in place: comments, order and the layout of what stays are its author's. */
import { isDeepStrictEqual } from "node:util";
import { type Document, isMap, isScalar, isSeq, type Node, parse, parseDocument, type YAMLMap, type YAMLSeq } from "yaml";

import { RefusalError } from "../exit";
import { overlaid } from "./overlay";
import { Shared } from "./shared";

const SETTINGS = ["config", "maas:settings"] as const;

/** The path of a setting: `identity`, `users`. */
export type SettingPath = readonly string[];

/** The settings of a stack file, as nodes that can be changed. */
export class StackFile {
    private readonly document: Document.Parsed;
    private readonly shared: Shared;

    /** @throws RefusalError for a file that is not YAML or has no settings */
    constructor(private readonly original: string) {
        this.document = parseDocument(original, { merge: true });
        const [error] = this.document.errors;
        if (error !== undefined) {
            throw new RefusalError(`The stack file is not YAML: ${error.message.trim()}`);
        }
        if (!isMap(this.document.getIn(SETTINGS))) {
            throw new RefusalError("The stack file has no map under config, maas:settings.");
        }
        this.shared = new Shared(this.document);
    }

    /** The settings as they are now. */
    settings(): Record<string, unknown> {
        const { config } = parse(this.document.toString(), { merge: true }) as { config: Record<string, unknown> };
        return config["maas:settings"] as Record<string, unknown>;
    }

    /** The entries of a list; none where it is not written. @throws RefusalError for what is no list of the file */
    items(path: SettingPath): unknown[] {
        return this.list(path)?.items ?? [];
    }

    /** Entry of a list of maps whose `name` is this; undefined without. */
    named(path: SettingPath, name: string): YAMLMap | undefined {
        return this.items(path)
            .filter((item): item is YAMLMap => isMap(item))
            .find((item) => item.get("name") === name);
    }

    /** Names of the entries of a list, which are maps with `name`, or texts. */
    names(path: SettingPath): string[] {
        return this.items(path).map(nameOf);
    }

    /** Appends to a list, which is made where it is not written; before the entry with a name, if one is given. */
    add(path: SettingPath, value: unknown, before?: string): void {
        const known = this.list(path);
        const node = this.made(value);
        shape(node, known?.items ?? []);
        if (known === undefined) {
            this.refuseTakenOver(path);
            this.document.setIn([...SETTINGS, ...path], this.document.createNode([]));
            this.list(path)!.items.push(node);
            return;
        }
        this.shared.refuseChange(known);
        const at = before === undefined ? -1 : known.items.findIndex((item) => nameOf(item) === before);
        known.items.splice(at < 0 ? known.items.length : at, 0, node);
    }

    /** Takes the entry with this name out of a list; a list or a map that is empty then goes too where `andEmpty`. @returns whether it was there */
    drop(path: SettingPath, name: string, andEmpty = false): boolean {
        const list = this.list(path);
        const at = list?.items.findIndex((item) => nameOf(item) === name) ?? -1;
        if (list === undefined || at < 0) {
            return false;
        }
        this.shared.refuseChange(list);
        this.shared.refuseRemoval(list.items[at]);
        list.items.splice(at, 1);
        if (andEmpty && list.items.length === 0) {
            this.document.deleteIn([...SETTINGS, ...path]);
        }
        return true;
    }

    /** Sets a field of an entry of a list; undefined deletes it. */
    set(entry: YAMLMap, key: string, value: unknown): void {
        this.shared.refuseChange(entry);
        if (value === undefined) {
            this.shared.refuseTakenOver(entry, key);
            this.shared.refuseRemoval(entry.get(key, true));
            entry.delete(key);
            return;
        }
        const before = entry.get(key, true);
        if (before !== undefined) {
            this.shared.refuseRemoval(before);
        }
        if (isScalar(before) && typeof value !== "object") {
            before.value = value; // Its comment stays.
            return;
        }
        const node = this.made(value);
        if (entry.flow !== true) {
            inner(node);
        }
        entry.set(key, node);
    }

    /** Deletes a setting. */
    delete(path: SettingPath): void {
        this.shared.refuseRemoval(this.document.getIn([...SETTINGS, ...path], true));
        this.document.deleteIn([...SETTINGS, ...path]);
    }

    /** The file as it is to be written. */
    text(): string {
        const options = { lineWidth: 0, ...layoutOf(this.original) };
        const before = parseDocument(this.original, { merge: true }).toString(options);
        return inAuthorsText(this.original, before, this.document.toString(options));
    }

    private made(value: unknown): Node {
        return this.document.createNode(value, { aliasDuplicateObjects: false }) as Node;
    }

    private refuseTakenOver(path: SettingPath): void {
        const entry: unknown = this.document.getIn([...SETTINGS, ...path.slice(0, -1)]);
        if (isMap(entry)) {
            this.shared.refuseTakenOver(entry, path.at(-1)!);
        }
    }

    private list(path: SettingPath): YAMLSeq | undefined {
        const node = this.document.getIn([...SETTINGS, ...path]);
        if (node === undefined || node === null) {
            return undefined;
        }
        if (!isSeq(node)) {
            throw new RefusalError(`${path.join(".")} is no list that is written out in the stack file: change it by hand.`);
        }
        return node;
    }
}

/** Name of an entry of a list: of a text itself. */
export function nameOf(item: unknown): string {
    const value: unknown = isMap(item) ? item.get("name") : isScalar(item) ? item.value : item;
    return typeof value === "string" ? value : "";
}

/** A new entry is laid out as its neighbours are. */
function shape(node: Node, neighbours: readonly unknown[]): void {
    if (!isMap(node)) {
        return;
    }
    const maps = neighbours.filter((one): one is YAMLMap => isMap(one));
    const small = node.items.length <= 3 && node.items.every(({ value }) => isScalar(value));
    node.flow = maps.length === 0 ? small : maps.every(({ flow }) => flow === true);
    if (node.flow !== true) {
        node.items.forEach(({ value }) => inner(value));
    }
}

/** Puts the parts of an entry on one line. */
function inner(node: unknown): void {
    if (isMap(node) || isSeq(node)) {
        node.flow = true;
    }
}

/** Indentation of a file. */
function layoutOf(text: string): { indent: number; indentSeq: boolean } {
    const [, spaces = "  "] = /^config:.*\r?\n(?:\s*#.*\r?\n|\s*\r?\n)*( +)\S/m.exec(text) ?? [];
    return { indent: spaces.length, indentSeq: !/^( *)[\w-]+:\s*\r?\n\1- /m.test(text) };
}

/** What has changed between two texts of the library, in the author's text: the library writes spaces and line breaks as it likes. */
function inAuthorsText(original: string, before: string, after: string): string {
    const ending = original.includes("\r\n") ? "\r\n" : "\n";
    const ends = /\n$/.test(original);
    const linesOf = (text: string): string[] => (/\n$/.test(text) ? text : `${text}\n`).split(/\r?\n/);
    const padded = /: \[ \S/.test(original) || !/: \[\S/.test(original);
    const made = (line: string): string =>
        (padded ? line : line.replace(/\[ (?=\S)/g, "[").replace(/(?<=\S) \]/g, "]")).trimEnd();
    const from = linesOf(before);
    const known = new Set(from);
    const to = linesOf(after).map((line) => (known.has(line) ? line : made(line)));
    const whole = (lines: readonly string[]): string => {
        const text = lines.join(ending);
        return ends ? text : text.replace(/(\r?\n)+$/, "");
    };
    const text = whole(overlaid(linesOf(original), from, to));
    try {
        if (isDeepStrictEqual(parse(text, { merge: true }), parse(after, { merge: true }))) {
            return text;
        }
    } catch {
        // Lines that cannot be told apart.
    }
    return whole(linesOf(after));
}
