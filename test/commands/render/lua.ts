/**
 * Runs health checks as Argo CD does: the object is `obj`, the script returns `status` and `message`, and of Lua's libraries it has none but
 * base and table, unless all are switched on. Source: argoproj/argo-cd@v3.1.10:util/lua/lua.go. The scripts were also run in gopher-lua
 * 1.1.1, which Argo CD embeds, with the same libraries.
 */
const { lua, lauxlib, lualib, to_luastring: bytes } = require("fengari") as Record<string, any>;

/** What a check says of an object. */
export interface Health {
    readonly status: "Healthy" | "Progressing" | "Degraded";
    readonly message: string;
}

/** @param openLibs whether all libraries are there @throws Error when the script fails */
export function health(script: string, object: object, openLibs = true): Health {
    const state = lauxlib.luaL_newstate();
    if (openLibs) {
        lualib.luaL_openlibs(state);
    } else {
        lauxlib.luaL_requiref(state, bytes("_G"), lualib.luaopen_base, 1);
        lauxlib.luaL_requiref(state, bytes("table"), lualib.luaopen_table, 1);
    }
    push(state, object);
    lua.lua_setglobal(state, bytes("obj"));
    if (lauxlib.luaL_dostring(state, bytes(script)) !== lua.LUA_OK) {
        throw new Error(lua.lua_tojsstring(state, -1) as string);
    }
    const field = (name: string): string => {
        lua.lua_getfield(state, -1, bytes(name));
        const value = lua.lua_tojsstring(state, -1) as string;
        lua.lua_pop(state, 1);
        return value;
    };
    return { status: field("status") as Health["status"], message: field("message") };
}

function push(state: unknown, value: unknown): void {
    if (Array.isArray(value)) {
        lua.lua_newtable(state);
        value.forEach((item, i) => {
            push(state, item);
            lua.lua_rawseti(state, -2, i + 1);
        });
    } else if (typeof value === "object" && value !== null) {
        lua.lua_newtable(state);
        for (const [key, item] of Object.entries(value)) {
            push(state, item);
            lua.lua_setfield(state, -2, bytes(key));
        }
    } else if (typeof value === "string") {
        lua.lua_pushstring(state, bytes(value));
    } else if (typeof value === "number") {
        lua.lua_pushnumber(state, value);
    } else if (typeof value === "boolean") {
        lua.lua_pushboolean(state, value);
    } else {
        lua.lua_pushnil(state);
    }
}
