// Checks what stands behind the # of the address, and whether the certificate is still in force. What stands
// behind the # is sent to nobody. Whatever cannot be known is "could not check", never a yes.
"use strict";
(async () => {
  const facts = JSON.parse(document.getElementById("facts").textContent);
  const DAY = 86400000;
  const no = (why) => { throw new Error(why); };
  const say = (name) => { throw Object.assign(new Error(name), { unknown: true }); };
  const text = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

  const unbase64 = (letters) => {
    if (!/^[A-Za-z0-9_-]*$/.test(letters)) no("letters");
    const raw = atob(letters.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = Uint8Array.from(raw, (char) => char.charCodeAt(0));
    if (base64(bytes) !== letters) no("spare bits");
    return bytes;
  };
  const base64 = (bytes) =>
    btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // CBOR in its one written form (RFC 8949, 4.2.1), and of it only what a code holds: integers, strings,
  // arrays, maps, true, and the tag of COSE_Sign1.
  const cbor = (bytes) => {
    let at = 0;
    const take = (count) => {
      if (at + count > bytes.length) no("too short");
      at += count;
      return bytes.subarray(at - count, at);
    };
    const head = () => {
      const first = take(1)[0], major = first >> 5, info = first & 31;
      if (info < 24) return [major, info];
      if (info > 26) no("a number of no use here");
      const size = 1 << (info - 24);
      const value = take(size).reduce((sum, byte) => sum * 256 + byte, 0);
      if (value < (size === 1 ? 24 : 2 ** (4 * size))) no("a number written too long");
      return [major, value];
    };
    const item = (depth) => {
      if (depth > 4) no("too deep");
      const [major, value] = head();
      if (major === 0) return value;
      if (major === 1) return -1 - value;
      if (major === 2) return take(value).slice();
      if (major === 3) return text(take(value));
      if (major === 4) return Array.from({ length: Math.min(value, 65) }, () => item(depth + 1));
      if (major === 5) {
        const map = new Map();
        let last = -1;
        for (let count = 0; count < value; count++) {
          const start = at, key = item(depth + 1);
          if (typeof key !== "number") no("a key that is no number");
          const order = key >= 0 ? key : 1e6 - key;
          if (order <= last || start >= bytes.length) no("keys out of order");
          last = order;
          map.set(key, item(depth + 1));
        }
        return map;
      }
      if (major === 6 && value === 18) return { tagged: item(depth + 1) };
      if (major === 7 && value === 21) return true;
      return no("of no use here");
    };
    const found = item(0);
    if (at !== bytes.length) no("more behind it");
    return found;
  };

  const length = (major, count) =>
    count < 24 ? [major << 5 | count] : count < 256 ? [major << 5 | 24, count] : [major << 5 | 25, count >> 8, count & 255];
  const string = (major, bytes) => [...length(major, bytes.length), ...bytes];

  // Ed25519 (RFC 8032) by the browser itself; where it has none, nothing is known.
  const verified = async (key, signature, message) => {
    if (!globalThis.crypto || !crypto.subtle) say("no cryptography");
    let imported;
    try {
      imported = await crypto.subtle.importKey("raw", unbase64(key.x), { name: "Ed25519" }, false, ["verify"]);
    } catch (problem) {
      say("no Ed25519");
    }
    let held;
    try {
      held = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
    } catch (problem) {
      say("no Ed25519");
    }
    return held === true;
  };

  const code = async (fragment) => {
    if (fragment.length > 300) no("too long");
    const outer = cbor(unbase64(fragment)).tagged;
    if (!Array.isArray(outer) || outer.length !== 4) no("no COSE_Sign1");
    const [head, open, payload, signature] = outer;
    if (![head, payload, signature].every((part) => part instanceof Uint8Array)) no("no COSE_Sign1");
    if (!(open instanceof Map) || open.size !== 0 || signature.length !== 64) no("no COSE_Sign1");
    const protectedPart = cbor(head);
    if (!(protectedPart instanceof Map) || protectedPart.size !== 2 || protectedPart.get(1) !== -8) no("signed otherwise");
    const kid = protectedPart.get(4);
    if (!(kid instanceof Uint8Array) || kid.length !== 4) no("signed otherwise");
    const name = Array.from(kid, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const message = new Uint8Array([
      0x84, ...string(3, new TextEncoder().encode("Signature1")), ...string(2, head), 0x40, ...string(2, payload),
    ]);
    const held = [];
    for (const key of facts.keys.filter((item) => item.id.startsWith(name))) {
      if (await verified(key, signature, message)) held.push(key);
    }
    if (held.some((key) => key.test) && !facts.test) no("a key for TEST alone");
    if (held.length === 0) no("nobody of this register signed it");
    const told = cbor(payload);
    if (!(told instanceof Map)) no("no facts");
    if (told.get(0) !== 1) say("a newer form");
    const begins = (full, short) => typeof short === "string" &&
      (short === full || short === "" || (short.endsWith("…") && full.startsWith(short.slice(0, -1))));
    const where = told.get(7);
    const same = told.get(1) === facts.number && told.get(2) === facts.issued_as && (told.get(3) === true) === facts.test &&
      told.get(4) === facts.issued && told.get(5) === facts.until && begins(facts.place, told.get(6)) &&
      (begins(facts.where, where) || facts.where.startsWith(`${where}, `)) && told.get(8) === facts.level &&
      (facts.index === null || told.get(9) === facts.index);
    if (!same) no("of another certificate");
    if (told.size !== 8 + (facts.test ? 1 : 0) + (told.has(9) ? 1 : 0)) no("more than its facts");
    if (held.some((key) => key.revoked)) say("a key that somebody else may have");
    if (!held.some((key) => key.from_ <= facts.issued && (key.until === null || facts.issued <= key.until))) {
      no("a key out of its time");
    }
  };

  // The signed list of the same register: true where the bit is set. Anything else than a list is unknown.
  const bit = async (purpose) => {
    if (facts.index === null) say("not in the lists");
    const answer = await fetch(facts.lists[purpose].path, {
      cache: "no-store", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer",
    });
    if (!answer.ok) say("no list");
    const parts = (await answer.text()).trim().split(".");
    if (parts.length !== 3) say("no list");
    const [header, list] = parts.slice(0, 2).map((part) => JSON.parse(text(unbase64(part))));
    const key = facts.keys.find((item) => `${facts.did}#${item.id.slice(0, 16)}` === header.kid &&
      !item.revoked && (facts.test || !item.test));
    if (!key || header.alg !== "Ed25519" || header.typ !== "vc+jwt") say("signed otherwise");
    const message = new TextEncoder().encode(`${parts[0]}.${parts[1]}`);
    if (!await verified(key, unbase64(parts[2]), message)) say("a list that nobody signed");
    const subject = list.credentialSubject, now = Date.now();
    const begun = Date.parse(list.validFrom), ends = Date.parse(list.validUntil);
    if (list.issuer !== facts.did || list.id !== facts.lists[purpose].url || subject.statusPurpose !== purpose) say("another list");
    if (!(begun <= now + 600000 && now <= ends)) say("a list that is too old");
    if (key.until !== null && begun / DAY > key.until + 1) say("a key out of its time");
    const packed = unbase64(subject.encodedList.replace(/^u/, ""));
    const raw = new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer());
    if (raw.length !== 16384) say("a list of another length");
    return (raw[facts.index >> 3] & 0x80 >> (facts.index & 7)) !== 0;
  };

  const show = (name, what) => {
    for (const line of document.querySelectorAll(`[data-${name}]`)) {
      if (name === "why" || line.dataset.check !== "old") line.hidden = line.dataset[name] !== what;
    }
  };
  const main = document.querySelector("main"), kind = main.className, title = document.title;
  const overrule = (why) => {
    document.getElementById("answer").hidden = true;
    document.getElementById("overruled").hidden = false;
    show("why", why);
    const unknown = why === "old";
    document.getElementById("no").hidden = unknown;
    main.className = unknown ? "partly" : "no";
    document.getElementById("overruled").className = `answer ${main.className}`;
    document.title = `${unknown ? "?" : "✗"} ${title.replace(/^.*?: /, "")}`;
  };

  const run = async () => {
    const fragment = location.hash.slice(1), now = Date.now();
    const finish = (check, why) => {
      show("check", check);
      if (why) overrule(why);
      document.documentElement.dataset.check = why || check;
    };
    main.className = kind;
    document.title = title;
    document.getElementById("check").hidden = false;
    document.getElementById("answer").hidden = false;
    document.getElementById("overruled").hidden = true;
    document.querySelector("[data-check=old]").hidden = now <= facts.good_until;
    // A copy of this page on another host may be older than the register, or what a false sign leads to.
    const home = new URL(facts.home);
    if (location.host !== home.host || !location.pathname.startsWith(home.pathname)) {
      // No code is checked here, so that nothing stands under that heading.
      document.getElementById("check").hidden = true;
      return finish("elsewhere", "elsewhere");
    }
    if (fragment) show("check", "checking");
    let genuine = null;
    if (fragment) {
      try {
        await code(fragment);
        genuine = true;
      } catch (problem) {
        if (problem.unknown) genuine = "unknown";
        else {
          document.getElementById("check").hidden = true;
          return finish("forged", "forged");
        }
      }
    }
    const check = (status) => !fragment ? "scan" : genuine !== true ? "unknown" : status;
    const ended = facts.in_force ? null : "genuine-no";
    if (facts.in_force && now > facts.ends) return finish(check("genuine-no"), "ended");
    try {
      if (await bit("revocation") && facts.in_force) return finish(check("genuine-no"), "revoked");
      if (await bit("suspension") && facts.in_force) return finish(check("genuine-no"), "suspended");
      finish(check(ended ?? "genuine"));
    } catch (problem) {
      // A page that should long have been replaced, and no list that stands in for it: nobody vouches today.
      finish(check(ended ?? "unasked"), facts.in_force && now > facts.good_until ? "old" : undefined);
    }
  };
  addEventListener("hashchange", run);
  await run();
})();
