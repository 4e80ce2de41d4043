/** Reads from a cluster what can be read, and notes what cannot. */
import { KubeError } from "../../components/kube";

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
/** Namespaces that are named where many are meant. */
const NAMED = 3;

/** Asks one thing after the other. A refusal ends nothing; a cluster that is gone is not asked on. */
export class Reader {
    private readonly notes: string[] = [];
    private gone: string | undefined;
    private unasked = 0;

    /**
     * @param answers whether the cluster answers at all
     * @param told what a message is told as: without secrets
     * @param signal ends it
     */
    constructor(
        private readonly answers: () => Promise<boolean>,
        private readonly told: (message: string) => string,
        private readonly signal: AbortSignal,
    ) {}

    /** What was not read, and why. */
    get unread(): readonly string[] {
        const rest = `${this.unasked} more: not asked for, as the cluster does not answer any more: ${this.gone}`;
        return [...this.notes, ...(this.unasked === 0 ? [] : [rest])];
    }

    /** Why the cluster is not asked any more. */
    get lost(): string | undefined {
        return this.gone;
    }

    /**
     * Reads something.
     *
     * @param place what it is called in the notes
     * @param onRefusal told of the refusal, in place of a note
     * @returns undefined for what could not be read
     */
    async read<T>(place: string, ask: () => Promise<T>, onRefusal?: (error: KubeError) => boolean): Promise<T | undefined> {
        this.signal.throwIfAborted();
        if (this.gone !== undefined) {
            this.unasked++;
            return undefined;
        }
        try {
            return await ask();
        } catch (error) {
            if (!(error instanceof KubeError)) {
                throw error;
            }
            if (onRefusal?.(error) !== true) {
                this.note(`${place}: ${error.message}`);
            }
            if (error.code === UNAUTHORIZED || (error.code === 0 && !(await this.answers()))) {
                this.gone ??= this.told(error.message);
            }
            return undefined;
        }
    }

    /** Notes what is not read. */
    note(what: string): void {
        this.notes.push(this.told(what));
    }
}

/** Kinds that may not be read in some namespaces: each is told once. */
export class Refusals {
    private readonly kinds = new Map<string, { readonly message: string; readonly namespaces: string[] }>();

    /** @returns whether it is one of these */
    take({ plural, namespace }: { readonly plural: string; readonly namespace?: string }, { code, message }: KubeError): boolean {
        if (code !== FORBIDDEN || namespace === undefined) {
            return false;
        }
        const before = this.kinds.get(plural);
        this.kinds.set(plural, { message, ...before, namespaces: [...(before?.namespaces ?? []), namespace] });
        return true;
    }

    notes(): readonly string[] {
        return [...this.kinds].map(([plural, { message, namespaces }]) => {
            const rest = namespaces.length - NAMED;
            const more = rest > 0 ? ` and ${rest} more namespaces` : "";
            return `${plural} in ${namespaces.slice(0, NAMED).join(", ")}${more}: ${message}`;
        });
    }
}
