/** Providers that return the inputs of a resource, and the attributes that the real provider computes. */
import { createHash } from "node:crypto";

import { plain, type Values } from "../values";
import { changedPaths, type Difference, type Done, type Provider, type ProviderContext, type Subject, touches } from "./provider";

/** Hex digits that depend only on the text. */
export function digest(text: string, length = 12): string {
    return createHash("sha256").update(text).digest("hex").slice(0, length);
}

/** The attributes that a type of resource adds to its inputs. */
export interface EchoType {
    /** The id of a resource with these inputs. Default: made from its URN. */
    readonly id?: (inputs: any, subject: Subject) => string;
    /** Attributes that the provider computes. */
    readonly computed?: (inputs: any, id: string, subject: Subject) => Values;
    /** Inputs whose change requires a new object: `.path`. */
    readonly replaces?: readonly string[];
    /** Defaults of inputs. */
    readonly defaults?: Values;
}

/** Echoes resources; `types` says what is known of each, the others get an id and nothing more. */
export class EchoProvider implements Provider {
    constructor(
        protected readonly context: ProviderContext,
        protected readonly types: Readonly<Record<string, EchoType>> = {},
    ) {}

    check(subject: Subject, inputs: Values, _old: Values | undefined): Values {
        return { ...this.types[subject.type]?.defaults, ...inputs };
    }

    diff(subject: Subject, _id: string, olds: Values, news: Values): Difference {
        const changed = changedPaths(olds, news);
        const fixed = this.types[subject.type]?.replaces ?? [];
        const replaces = changed.filter((path) => fixed.some((f) => touches(path, f)));
        return { changed: changed.length > 0, replaces, deleteBeforeReplace: false };
    }

    create(subject: Subject, inputs: Values): Promise<Done> {
        if (this.context.dryRun) {
            return Promise.resolve({ id: "", outputs: inputs, readyWhen: "accepted" });
        }
        const type = this.types[subject.type];
        const clear = plain(inputs) as Values;
        const id = type?.id?.(clear, subject) ?? `${subject.type.split(":").pop()!.toLowerCase()}-${digest(subject.urn, 17)}`;
        return Promise.resolve(this.done(subject, id, inputs));
    }

    update(subject: Subject, id: string, _olds: Values, news: Values): Promise<Done> {
        return Promise.resolve(this.done(subject, id, news));
    }

    delete(): Promise<void> {
        return Promise.resolve();
    }

    read(subject: Subject, id: string, inputs: Values): Promise<Done | undefined> {
        return Promise.resolve(this.context.dryRun ? { id, outputs: inputs, readyWhen: "read" } : this.done(subject, id, inputs));
    }

    invoke(token: string, _args: Values, _config: Values): Promise<Values> {
        return Promise.reject(new Error(`a rehearsal has no answer to ${token}`));
    }

    private done(subject: Subject, id: string, inputs: Values): Done {
        const computed = this.types[subject.type]?.computed?.(plain(inputs), id, subject) ?? {};
        return { id, outputs: { ...computed, ...inputs }, readyWhen: "accepted" };
    }
}
