/** Collects what a run says, and puts it into an order that does not depend on who was faster. */
import type { Clock } from "../clock";
import type { Diagnostic, PolicyFinding, Rejection } from "../result";
import type { OnEvent, ProgressEvent } from "./events";
import { secretTexts, SECRET_SHOWN, show, type Value, type Values } from "../values";

type WithoutTime<T> = T extends unknown ? Omit<T, "at"> : never;

/** Seconds to the millisecond: what is finer is noise of a scaled clock. */
export function toMilliseconds(seconds: number): number {
    return Math.round(seconds * 1000) / 1000;
}

export class Journal {
    private readonly said: Diagnostic[] = [];
    private readonly found: PolicyFinding[] = [];
    private readonly refused = new Map<string, Rejection>();
    private readonly secrets = new Set<string>();

    private begin: number;

    constructor(
        readonly clock: Clock,
        private readonly onEvent: OnEvent = () => undefined,
        /** Placeholders in results for text that differs from run to run. */
        private readonly placeholders: Readonly<Record<string, string>> = {},
    ) {
        this.begin = clock.now();
    }

    /** The bring-up begins now: on a clock that cannot be held, time has passed while the program was loaded. */
    restart(): void {
        this.begin = this.clock.now();
    }

    /** Seconds since the bring-up began. */
    now(): number {
        return toMilliseconds(this.clock.now() - this.begin);
    }

    /** Remembers the secrets in these values: their text is never shown. */
    keepSecret(...values: Values[]): void {
        for (const text of values.flatMap((v) => secretTexts(v))) {
            this.secrets.add(text);
        }
    }

    /** The text with every secret that is known replaced. */
    redact(text: string): string {
        let result = text;
        for (const secret of this.secrets) {
            result = withoutWord(result, secret);
        }
        for (const [hidden, shown] of Object.entries(this.placeholders)) {
            result = result.replaceAll(hidden, shown);
        }
        return result;
    }

    /** A value as results show it. */
    show(value: Value): any {
        return this.replaced(show(value));
    }

    private replaced(value: unknown): unknown {
        if (typeof value === "string") {
            return Object.hasOwn(this.placeholders, value) ? this.placeholders[value] : value;
        }
        if (Array.isArray(value)) {
            return value.map((v) => this.replaced(v));
        }
        if (typeof value === "object" && value !== null) {
            return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, this.replaced(v)]));
        }
        return value;
    }

    emit(event: WithoutTime<ProgressEvent>): void {
        const shown = "message" in event ? { ...event, message: this.redact(event.message) } : event;
        this.onEvent({ ...shown, at: this.now() } as ProgressEvent);
    }

    say(severity: Diagnostic["severity"], message: string, urn?: string): void {
        const diagnostic = {
            severity,
            message: withoutColours(this.redact(message)),
            ...(urn !== undefined && urn !== "" && { urn }),
        };
        if (!this.said.some((d) => d.severity === severity && d.message === diagnostic.message && d.urn === diagnostic.urn)) {
            this.said.push(diagnostic);
            this.emit({ kind: "message", diagnostic });
        }
    }

    find(finding: PolicyFinding): void {
        const shown = { ...finding, message: this.redact(finding.message) };
        this.found.push(shown);
        this.emit({ kind: "policy", finding: shown });
    }

    reject(rejection: Rejection): void {
        const key = JSON.stringify([rejection.urn, rejection.object, rejection.reason]);
        if (!this.refused.has(key)) {
            this.refused.set(key, { ...rejection, message: this.redact(rejection.message) });
        }
    }

    /** Errors first, then by resource and text. */
    get diagnostics(): Diagnostic[] {
        const rank = ["error", "warning", "info", "debug"];
        return [...this.said].sort(
            (a, b) =>
                rank.indexOf(a.severity) - rank.indexOf(b.severity) ||
                compareText(a.urn ?? "", b.urn ?? "") ||
                compareText(a.message, b.message),
        );
    }

    get findings(): PolicyFinding[] {
        return [...this.found].sort(
            (a, b) => compareText(a.urn ?? "", b.urn ?? "") || compareText(a.rule, b.rule) || compareText(a.message, b.message),
        );
    }

    get rejections(): Rejection[] {
        return [...this.refused.values()].sort(
            (a, b) => compareText(a.urn, b.urn) || compareText(a.object, b.object) || compareText(a.reason, b.reason),
        );
    }

    get failed(): boolean {
        return this.said.some((d) => d.severity === "error");
    }
}

/** Replaces a secret where it stands by itself, not where it is a part of a longer word. */
function withoutWord(text: string, secret: string): string {
    const inWord = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9_]/.test(character);
    let result = "";
    let from = 0;
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
        const end = at + secret.length;
        const alone = !(inWord(text[at - 1]) && inWord(secret[0])) && !(inWord(text[end]) && inWord(secret.at(-1)));
        if (alone) {
            result += text.slice(from, at) + SECRET_SHOWN;
            from = end;
        }
    }
    return result + text.slice(from);
}

/** Text without the escape sequences of terminals, with which the SDK colours stack traces. */
function withoutColours(text: string): string {
    return text.replace(/\u001b\[[0-9;]*m/g, "");
}

/** By code unit: the same everywhere, whatever the locale. */
export function compareText(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
