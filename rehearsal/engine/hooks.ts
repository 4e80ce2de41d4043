/** Hooks that a program binds to the lifecycle of its resources. */
import { ErrorHookRequest, ErrorHookResponse, ResourceHookRequest, ResourceHookResponse } from "@pulumi/pulumi/proto/resource_pb";

import type { Callback, Callbacks } from "./callbacks";
import type { Journal } from "./journal";
import type { Done } from "../providers/provider";
import { encodeStruct, type Values } from "../values";

/** The events at which hooks run. */
export type HookEvent = "beforeCreate" | "afterCreate" | "beforeUpdate" | "afterUpdate" | "beforeDelete" | "afterDelete";

/** The arguments of a hook. */
export interface HookSubject {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly id?: string | undefined;
    readonly oldInputs?: Values | undefined;
    readonly newInputs?: Values | undefined;
    readonly oldOutputs?: Values | undefined;
    readonly newOutputs?: Values | undefined;
}

/** Whether a destroy must run the program. @param hooks names of hooks by event */
export function hasDeleteHook(hooks: Readonly<Record<string, readonly string[]>> = {}): boolean {
    return (["beforeDelete", "afterDelete"] satisfies HookEvent[]).some((event) => (hooks[event] ?? []).length > 0);
}

interface Hook extends Callback {
    readonly onDryRun: boolean;
    readonly ignoreErrors: boolean;
}

/** An error hook may ask for another try this often. */
const MAX_RETRIES = 100;

export class Hooks {
    private readonly hooks = new Map<string, Hook>();
    private readonly errorHooks = new Map<string, Callback>();

    constructor(
        private readonly callbacks: Callbacks,
        private readonly journal: Journal,
        private readonly dryRun: boolean,
    ) {}

    /** @throws Error when a hook of this name exists already */
    register(name: string, hook: Hook): void {
        if (this.hooks.has(name)) {
            throw new Error(`resource hook already registered for name ${JSON.stringify(name)}`);
        }
        this.hooks.set(name, hook);
    }

    /** @throws Error when an error hook of this name exists already */
    registerError(name: string, callback: Callback): void {
        if (this.errorHooks.has(name)) {
            throw new Error(`error hook already registered for name ${JSON.stringify(name)}`);
        }
        this.errorHooks.set(name, callback);
    }

    /** Runs hooks one after the other. @throws Error with the message of the first that fails */
    async run(event: HookEvent, names: readonly string[] = [], subject: HookSubject): Promise<void> {
        for (const name of names) {
            const hook = this.hooks.get(name);
            if (hook === undefined) {
                throw new Error(`hook ${JSON.stringify(name)} was not registered`);
            }
            if (this.dryRun && !hook.onDryRun) {
                continue;
            }
            this.journal.emit({ kind: "waiting", urn: subject.urn, message: `running hook ${name}` });
            const error = await this.call(hook, subject);
            if (error === "") {
                continue;
            }
            if (hook.ignoreErrors) {
                this.journal.say("warning", `${event} hook ${JSON.stringify(name)} failed: ${error}`, subject.urn);
            } else {
                throw new Error(
                    `${event.startsWith("before") ? "before" : "after"} hook ${JSON.stringify(name)} failed: ${error}`,
                );
            }
        }
    }

    /**
     * Tries an operation again as long as error hooks ask for it.
     *
     * @param names of error hooks; without any, the operation is tried once
     * @throws Error with the message of the last attempt
     */
    async retried(
        operation: string,
        names: readonly string[] = [],
        subject: HookSubject,
        attempt: () => Promise<Done>,
    ): Promise<Done> {
        if (names.length === 0) {
            return attempt();
        }
        const errors: string[] = [];
        for (;;) {
            const { done, error } = await outcomeOf(attempt);
            if (error === undefined) {
                return done;
            }
            errors.unshift(error);
            if (errors.length > MAX_RETRIES || !(await this.wantRetry(names, operation, errors, subject))) {
                if (done !== undefined) {
                    return done;
                }
                throw new Error(error);
            }
            const message = `retrying ${operation} due to on-error hook request (${errors.length}/${MAX_RETRIES})`;
            this.journal.say("warning", message, subject.urn);
        }
    }

    /** Asks error hooks whether to try again. @param errors newest first */
    private async wantRetry(
        names: readonly string[],
        operation: string,
        errors: readonly string[],
        subject: HookSubject,
    ): Promise<boolean> {
        let again = false;
        for (const name of names) {
            const callback = this.errorHooks.get(name);
            if (callback === undefined) {
                throw new Error(`error hook ${JSON.stringify(name)} was not registered`);
            }
            const request = new ErrorHookRequest();
            fill(request, subject);
            request.setFailedOperation(operation);
            request.setErrorsList([...errors]);
            const response = await this.callbacks.invoke(callback, request, ErrorHookResponse);
            if (response.getError() !== "") {
                throw new Error(`error hook ${JSON.stringify(name)} failed: ${response.getError()}`);
            }
            again ||= response.getRetry();
        }
        return again;
    }

    private async call(hook: Hook, subject: HookSubject): Promise<string> {
        const request = new ResourceHookRequest();
        fill(request, subject);
        if (subject.newOutputs !== undefined) {
            request.setNewOutputs(encodeStruct(subject.newOutputs));
        }
        try {
            return (await this.callbacks.invoke(hook, request, ResourceHookResponse)).getError();
        } catch (e) {
            return (e as Error).message;
        }
    }
}

/** The result of an attempt, or its error; both where an object exists but did not become ready. */
async function outcomeOf(
    attempt: () => Promise<Done>,
): Promise<{ readonly done: Done; readonly error: undefined } | { readonly done: Done | undefined; readonly error: string }> {
    try {
        const done = await attempt();
        return done.pendingErrors === undefined ? { done, error: undefined } : { done, error: done.pendingErrors.join("\n") };
    } catch (e) {
        return { done: undefined, error: (e as Error).message };
    }
}

function fill(request: ResourceHookRequest | ErrorHookRequest, subject: HookSubject): void {
    request.setUrn(subject.urn);
    request.setId(subject.id ?? "");
    request.setName(subject.name);
    request.setType(subject.type);
    if (subject.newInputs !== undefined) {
        request.setNewInputs(encodeStruct(subject.newInputs));
    }
    if (subject.oldInputs !== undefined) {
        request.setOldInputs(encodeStruct(subject.oldInputs));
    }
    if (subject.oldOutputs !== undefined) {
        request.setOldOutputs(encodeStruct(subject.oldOutputs));
    }
}
