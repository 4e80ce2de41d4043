/**
 * Runs a program against Pulumi's mock monitor and records what it asked for.
 *
 * `setMocks` shows a mock only type, name, inputs, provider and id. What is under test here (parents, dependencies,
 * hooks, timeouts) is in the request itself, so the recorder listens one layer down, on the monitor that `setMocks`
 * installs. Source: docs/sources/pulumi.md#mocks.
 */
import * as pulumi from "@pulumi/pulumi";
import type * as resproto from "@pulumi/pulumi/proto/resource_pb";

/** One RegisterResource call, as the engine would have received it. */
export interface Registration {
    readonly urn: pulumi.URN;
    readonly type: string;
    readonly name: string;
    readonly inputs: Record<string, any>;
    readonly request: resproto.RegisterResourceRequest.AsObject;
}

export interface DeployOptions {
    /** Run as a preview: properties that the mock does not return stay unknown. */
    readonly preview?: boolean;
    readonly stack?: string;
    readonly config?: Record<string, string>;
    /** Properties that the provider assigns, by type token, laid over the inputs. */
    readonly outputs?: Record<string, (inputs: any) => Record<string, unknown>>;
}

/** What a program registered, and what failed. */
export class Deployment {
    private readonly byUrn: ReadonlyMap<string, Registration>;

    constructor(
        readonly registrations: readonly Registration[],
        readonly errors: readonly Error[],
    ) {
        this.byUrn = new Map(registrations.map((r) => [r.urn, r]));
    }

    /** The one registration of a type (and of a name, if given); throws with what there is otherwise. */
    one(type: string, name?: string): Registration {
        const found = this.registrations.filter((r) => r.type === type && (name === undefined || r.name === name));
        if (found.length !== 1) {
            const all = this.registrations.map((r) => `  ${r.type} ${r.name}`).join("\n");
            throw new Error(`${found.length} registrations of ${type} ${name ?? ""}, expected 1 of:\n${all}`);
        }
        return found[0]!;
    }

    all(type: string): Registration[] {
        return this.registrations.filter((r) => r.type === type);
    }

    /** Whether `later` cannot start before `earlier` is done: through dependencies, its own or an ancestor's. */
    happensAfter(later: Registration, earlier: Registration): boolean {
        const seen = new Set<string>();
        const queue = [later.urn];
        for (let urn = queue.pop(); urn !== undefined; urn = queue.pop()) {
            const registration = this.byUrn.get(urn);
            if (registration === undefined || seen.has(urn)) {
                continue;
            }
            seen.add(urn);
            const { dependenciesList, parent } = registration.request;
            if (dependenciesList.includes(earlier.urn)) {
                return true;
            }
            queue.push(parent, ...dependenciesList);
        }
        return false;
    }
}

/** Runs `program` to completion; never rejects because of the program: its failures are in `errors`. */
export async function deploy(program: () => unknown, options: DeployOptions = {}): Promise<Deployment> {
    const registrations: Registration[] = [];
    const errors = new Map<string, Error>();
    const collect = (e: unknown): void => {
        const error = e instanceof Error ? e : new Error(String(e));
        errors.set(error.message, error); // the SDK reports one failure once per dependent promise
    };
    await pulumi.runtime.setMocks(
        {
            call: ({ inputs }) => inputs,
            newResource: ({ type, name, inputs, custom }) => ({
                id: custom === true && options.preview !== true ? `${name}-id` : "",
                state: { ...inputs, ...options.outputs?.[type]?.(inputs) },
            }),
        },
        "maas",
        options.stack ?? "test",
        options.preview ?? false,
        "organization",
    );
    pulumi.runtime.setAllConfig(options.config ?? {});
    record(pulumi.runtime.getMonitor(), registrations);

    // For each resource and promise the SDK reads the stack of an error, and Jest maps each of its frames to the source: most of
    // the time that a deployment took. Errors whose stack is read later still have theirs.
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error) => String(error);
    // Failures inside the SDK's promise chains reach nobody but the process.
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect);
    try {
        await pulumi.runtime.runInPulumiStack(async () => {
            try {
                await program();
            } catch (e) {
                collect(e); // passed on, it would surface once more for each promise of the SDK
            }
        });
    } finally {
        await pulumi.runtime.disconnect();
        await new Promise((resolve) => setImmediate(resolve));
        process.removeListener("unhandledRejection", collect);
        others.forEach((listener) => process.on("unhandledRejection", listener));
        Error.prepareStackTrace = prepareStackTrace;
    }
    const urns = registrations.map((r) => r.urn);
    const twice = urns.find((urn, i) => urns.indexOf(urn) !== i);
    if (twice !== undefined) {
        collect(new Error(`duplicate URN ${twice}`)); // the engine refuses these, the mock monitor does not
    }
    return new Deployment(registrations, [...errors.values()]);
}

function record(monitor: any, registrations: Registration[]): void {
    const original = monitor.registerResource.bind(monitor);
    monitor.registerResource = (req: resproto.RegisterResourceRequest, done: (err: any, resp: any) => void) =>
        original(req, (err: any, resp: any) => {
            if (!err) {
                registrations.push({
                    urn: resp.getUrn(),
                    type: req.getType(),
                    name: req.getName(),
                    inputs: pulumi.runtime.deserializeProperties(req.getObject()!),
                    request: req.toObject(),
                });
            }
            done(err, resp);
        });
    // The mock monitor has no hook endpoints; a program with hooks would hang.
    monitor.registerResourceHook ??= (_: unknown, done: (err: any, resp: any) => void) => done(null, {});
    monitor.registerErrorHook ??= (_: unknown, done: (err: any, resp: any) => void) => done(null, {});
}
