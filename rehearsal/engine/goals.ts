/** Makes goals of the requests of a program: what a resource inherits, what transforms change, its provider and its aliases. */
import type { Alias } from "@pulumi/pulumi/proto/alias_pb";
import * as proto from "@pulumi/pulumi/proto/resource_pb";

import type { ResourceOptions } from "../result";
import type { Callback, Callbacks } from "./callbacks";
import type { Goal } from "./goal";
import { compareText } from "./journal";
import { callbackOf, hooksOf, optionsMessage, timeoutsOf, type Transformed } from "./request";
import { createUrn, isProviderType, nameOf, packageOf, parseProviderReference, typeOf } from "./urn";
import { decode, decodeStruct, encodeStruct } from "../values";

export interface GoalsOptions {
    readonly stack: string;
    readonly project: string;
    readonly callbacks: Callbacks;
    /** The goal that was registered under a URN. */
    readonly goalOf: (urn: string) => Goal | undefined;
}

export class Goals {
    private readonly stackTransforms: Callback[] = [];
    private readonly transforms = new Map<string, readonly Callback[]>();
    /** Providers that a component hands to its children, by package. */
    private readonly componentProviders = new Map<string, Readonly<Record<string, string>>>();
    /** URNs under which a registered resource was known before. */
    private readonly formerUrns = new Map<string, readonly string[]>();

    constructor(private readonly options: GoalsOptions) {}

    /** Applies a transform to every resource from now on. */
    addStackTransform(transform: Callback): void {
        this.stackTransforms.push(transform);
    }

    /** The goal of a registration. @throws Error when a transform fails, or a duration is none */
    async of(request: proto.RegisterResourceRequest): Promise<Goal> {
        this.inherit(request);
        const own = request.getTransformsList().map(callbackOf);
        const transformed = await this.transformed(request, own);
        const goal = this.goal(request, transformed);
        this.transforms.set(goal.urn, own);
        this.formerUrns.set(goal.urn, goal.aliases);
        if (!goal.custom) {
            const inherited = goal.parent === undefined ? {} : this.componentProviders.get(goal.parent);
            this.componentProviders.set(goal.urn, { ...inherited, ...transformed.providers });
        }
        return goal;
    }

    /** The goal of a read. */
    ofRead(request: proto.ReadResourceRequest): Goal {
        const parent = request.getParent() === "" ? undefined : request.getParent();
        const dependencies = new Set(request.getDependenciesList());
        const inputs = decodeStruct(request.getProperties(), dependencies);
        const { stack, project } = this.options;
        const packageName = packageOf(request.getType());
        const provider =
            request.getProvider() !== ""
                ? request.getProvider()
                : parent === undefined
                  ? undefined
                  : this.componentProviders.get(parent)?.[packageName];
        const id = decode(request.getId());
        return {
            urn: createUrn(stack, project, request.getType(), request.getName(), parent),
            type: request.getType(),
            name: request.getName(),
            custom: true,
            ...(parent !== undefined && { parent }),
            inputs,
            dependencies: [...dependencies].sort(compareText),
            propertyDependencies: {},
            ...(provider !== undefined && { provider }),
            options: {
                custom: true,
                reads: typeof id === "string" ? id : "[unknown]",
                ...(provider !== undefined && { provider: parseProviderReference(provider).urn }),
            },
            timeouts: {},
            aliases: [],
        };
    }

    /** Sets options that a child inherits from its parent. */
    private inherit(request: proto.RegisterResourceRequest): void {
        const parent = this.options.goalOf(request.getParent());
        if (parent === undefined) {
            return;
        }
        const { deletedWith, protect, retainOnDelete } = parent.options;
        if (request.getDeletedwith() === "" && deletedWith !== undefined) {
            request.setDeletedwith(deletedWith);
        }
        if (!request.hasProtect() && protect !== undefined) {
            request.setProtect(protect);
        }
        if (!request.hasRetainondelete() && retainOnDelete !== undefined) {
            request.setRetainondelete(retainOnDelete);
        }
        if (request.getProvider() === "" && request.getCustom() && parent.provider !== undefined) {
            if (packageOf(typeOf(parseProviderReference(parent.provider).urn)) === packageOf(request.getType())) {
                request.setProvider(parent.provider);
            }
        }
    }

    private async transformed(request: proto.RegisterResourceRequest, own: readonly Callback[]): Promise<Transformed> {
        const dependencies = new Set(request.getDependenciesList());
        const properties: Record<string, string[]> = {};
        request.getPropertydependenciesMap().forEach((deps: proto.RegisterResourceRequest.PropertyDependencies, key: string) => {
            properties[key] = deps.getUrnsList();
        });
        let current: Transformed = {
            inputs: decodeStruct(request.getObject(), dependencies),
            options: optionsMessage(request),
            providers: Object.fromEntries(request.getProvidersMap().getEntryList()),
            dependencies,
            propertyDependencies: properties,
        };
        const transforms = [...own, ...this.inheritedTransforms(request.getParent()), ...this.stackTransforms];
        for (const transform of transforms) {
            const call = new proto.TransformRequest();
            call.setType(request.getType());
            call.setName(request.getName());
            call.setCustom(request.getCustom());
            call.setParent(request.getParent());
            call.setProperties(encodeStruct(current.inputs));
            call.setOptions(current.options);
            const response = await this.options.callbacks.invoke(transform, call, proto.TransformResponse);
            const added = new Set<string>();
            const options = response.getOptions() ?? current.options;
            const inputs = decodeStruct(response.getProperties(), added);
            current = {
                inputs,
                options,
                providers: { ...current.providers, ...Object.fromEntries(options.getProvidersMap().getEntryList()) },
                dependencies: new Set([...current.dependencies, ...options.getDependsOnList(), ...added]),
                propertyDependencies: current.propertyDependencies,
            };
        }
        return current;
    }

    private inheritedTransforms(parent: string): Callback[] {
        const found: Callback[] = [];
        for (let urn: string | undefined = parent; urn !== undefined && urn !== ""; urn = this.options.goalOf(urn)?.parent) {
            found.push(...(this.transforms.get(urn) ?? []));
        }
        return found;
    }

    private goal(request: proto.RegisterResourceRequest, transformed: Transformed): Goal {
        const { options: o } = transformed;
        const parent = request.getParent() === "" ? undefined : request.getParent();
        const { stack, project } = this.options;
        const urn = createUrn(stack, project, request.getType(), request.getName(), parent);
        const aliases = this.aliasesOf(request, o.getAliasesList(), parent, urn);
        const timeouts = timeoutsOf(o.getCustomTimeouts());
        const custom = request.getCustom();
        const provider =
            custom && !isProviderType(request.getType())
                ? this.providerOf(o.getProvider(), transformed, request, parent)
                : undefined;
        const hooks = hooksOf(o.getHooks());
        const options: ResourceOptions = {
            custom,
            ...(provider !== undefined && { provider: parseProviderReference(provider).urn }),
            ...(o.hasProtect() && o.getProtect() && { protect: true }),
            ...(o.hasDeleteBeforeReplace() && { deleteBeforeReplace: o.getDeleteBeforeReplace()! }),
            ...(o.hasRetainOnDelete() && o.getRetainOnDelete() && { retainOnDelete: true }),
            ...(o.getDeletedWith() !== "" && { deletedWith: o.getDeletedWith() }),
            ...(o.getIgnoreChangesList().length > 0 && { ignoreChanges: o.getIgnoreChangesList() }),
            ...(o.getReplaceOnChangesList().length > 0 && { replaceOnChanges: o.getReplaceOnChangesList() }),
            ...(o.getAdditionalSecretOutputsList().length > 0 && { additionalSecretOutputs: o.getAdditionalSecretOutputsList() }),
            ...(aliases.length > 0 && { aliases }),
            ...(Object.keys(timeouts.text).length > 0 && { customTimeouts: timeouts.text }),
            ...(Object.keys(hooks).length > 0 && { hooks }),
            ...(o.getImport() !== "" && { import: o.getImport() }),
        };
        return {
            urn,
            type: request.getType(),
            name: request.getName(),
            custom,
            ...(parent !== undefined && { parent }),
            inputs: transformed.inputs,
            dependencies: [...transformed.dependencies].sort(compareText),
            propertyDependencies: transformed.propertyDependencies,
            ...(provider !== undefined && { provider }),
            options,
            timeouts: timeouts.seconds,
            aliases: [...aliases, ...this.inheritedAliases(request, parent)],
        };
    }

    private providerOf(
        given: string,
        transformed: Transformed,
        request: proto.RegisterResourceRequest,
        parent: string | undefined,
    ): string | undefined {
        if (given !== "") {
            return given;
        }
        const packageName = packageOf(request.getType());
        return (
            transformed.providers[packageName] ??
            (parent === undefined ? undefined : this.componentProviders.get(parent)?.[packageName])
        );
    }

    private aliasesOf(
        request: proto.RegisterResourceRequest,
        list: readonly Alias[],
        parent: string | undefined,
        urn: string,
    ): string[] {
        const urns = list.map((alias) => {
            const spec = alias.getSpec();
            if (alias.hasUrn() || spec === undefined) {
                return alias.getUrn();
            }
            const aliasParent = spec.getNoparent() ? undefined : spec.getParenturn() !== "" ? spec.getParenturn() : parent;
            return createUrn(
                spec.getStack() || this.options.stack,
                spec.getProject() || this.options.project,
                spec.getType() || request.getType(),
                spec.getName() || request.getName(),
                aliasParent,
            );
        });
        return [...new Set([...request.getAliasurnsList(), ...urns])].filter((u) => u !== urn).sort(compareText);
    }

    /** A child of a renamed parent may be recorded under the former parent, with a name that contains the name of that. */
    private inheritedAliases(request: proto.RegisterResourceRequest, parent: string | undefined): string[] {
        return (parent === undefined ? [] : (this.formerUrns.get(parent) ?? [])).map((former) => {
            const [newName, oldName] = [nameOf(parent!), nameOf(former)];
            const name = request.getName().startsWith(newName)
                ? oldName + request.getName().slice(newName.length)
                : request.getName();
            return createUrn(this.options.stack, this.options.project, request.getType(), name, former);
        });
    }
}
