// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "page.hpp"

namespace websocket_chat {

std::string_view page() {
    return R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The room</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='%233b82c4' d='M0 1h8v5H4L2 8V6H0z'/%3E%3C/svg%3E">
<style>
:root {
  color-scheme: light dark;
  --back: #eef1f5; --panel: #fff; --line: #dde2ea; --text: #1d2430; --soft: #66707f;
  --mine: #2f6fb3; --mine-text: #fff; --theirs: #fff; --good: #2e9e62; --bad: #c9463d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161c; --panel: #1a2028; --line: #2a323d; --text: #e4e8ee; --soft: #8d98a8;
    --mine: #2d639c; --mine-text: #fff; --theirs: #232b36; --good: #4cc38a; --bad: #e5726a;
  }
}
* { box-sizing: border-box; margin: 0; }
html, body { height: 100%; }
body {
  display: grid; grid: auto 1fr auto / 1fr 14rem;
  font: 16px/1.45 system-ui, sans-serif; color: var(--text); background: var(--back);
}
header {
  grid-column: 1 / -1; display: flex; align-items: center; gap: .75rem;
  padding: .7rem 1.2rem; background: var(--panel); border-bottom: 1px solid var(--line);
}
h1 { font-size: 1.05rem; font-weight: 650; }
#state { display: flex; align-items: center; gap: .4rem; color: var(--soft); font-size: .85rem; }
#state::before { content: ""; width: .55rem; height: .55rem; border-radius: 50%; background: var(--bad); }
#state.on::before { background: var(--good); }
#me { margin-left: auto; display: flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .85rem; }
input, textarea, button { font: inherit; color: inherit; }
input, textarea {
  background: var(--back); border: 1px solid var(--line); border-radius: .6rem; padding: .45rem .7rem;
}
input:focus-visible, textarea:focus-visible, button:focus-visible {
  outline: 2px solid var(--mine); outline-offset: 1px;
}
#name { width: 10rem; }
#log { overflow-y: auto; padding: 1.2rem; display: flex; flex-direction: column; gap: .15rem; }
#log > :first-child { margin-top: auto; }
.said { display: grid; justify-items: start; max-width: min(42rem, 85%); margin-top: .6rem; }
.said.same { margin-top: 0; }
.said.same .who { display: none; }
.who { font-size: .78rem; color: var(--soft); padding: 0 .3rem .15rem; }
.who bdi { font-weight: 650; color: hsl(var(--hue) 60% 45%); }
.words {
  padding: .45rem .8rem; border-radius: .3rem 1rem 1rem 1rem; background: var(--theirs);
  box-shadow: 0 1px 2px #0002; white-space: pre-wrap; overflow-wrap: anywhere;
}
.said.mine { align-self: flex-end; justify-items: end; }
.mine .words { background: var(--mine); color: var(--mine-text); border-radius: 1rem .3rem 1rem 1rem; }
.note { align-self: center; color: var(--soft); font-size: .8rem; padding: .35rem .8rem; text-align: center; }
aside { border-left: 1px solid var(--line); background: var(--panel); padding: 1rem 1.2rem; overflow-y: auto; }
aside h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); margin-bottom: .5rem; }
aside ul { list-style: none; padding: 0; }
aside li { display: flex; align-items: center; gap: .5rem; padding: .2rem 0; overflow-wrap: anywhere; }
aside li::before { content: ""; flex: none; width: .6rem; height: .6rem; border-radius: 50%; background: hsl(var(--hue) 60% 50%); }
aside li.mine { font-weight: 650; }
form#talk {
  grid-column: 1 / -1; display: flex; gap: .6rem; align-items: flex-end;
  padding: .8rem 1.2rem; background: var(--panel); border-top: 1px solid var(--line);
}
#text { flex: 1; resize: none; max-height: 9rem; }
button { padding: .45rem 1.1rem; border: 0; border-radius: .6rem; background: var(--mine); color: var(--mine-text); cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
@media (max-width: 42rem) { body { grid-template-columns: 1fr; } aside, #me span { display: none; } }
</style>
</head>
<body>
<header>
  <h1>The room</h1>
  <div id="state" role="status">connecting</div>
  <form id="me"><label for="name"><span>Your name</span></label>
    <input id="name" maxlength="20" autocomplete="off" aria-label="Your name"></form>
</header>
<main id="log" role="log" aria-live="polite" tabindex="0"></main>
<aside><h2>Here</h2><ul id="people"></ul></aside>
<form id="talk">
  <textarea id="text" rows="1" placeholder="Say something" aria-label="Message" autofocus></textarea>
  <button disabled>Send</button>
</form>
<script>
"use strict";
const $ = id => document.getElementById(id);
const log = $("log"), text = $("text"), send = document.querySelector("#talk button");
let socket, me = "", people = new Set(), pause = 500, last = null;

const hue = name => [...name].reduce((h, c) => (h * 31 + c.codePointAt(0)) % 360, 7);

function make(tag, kind, words) {
  const made = document.createElement(tag);
  made.className = kind;
  if (words !== undefined) made.textContent = words;
  return made;
}

function show(element) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  log.append(element);
  while (log.childElementCount > 1000) log.firstElementChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function note(words) {
  show(make("div", "note", words));
  last = null;
}

function says(seconds, name, words) {
  const time = new Date(seconds * 1000);
  const said = make("div", "said" + (name === me ? " mine" : "") + (name === last ? " same" : ""));
  const who = make("div", "who");
  const bdi = make("bdi", "", name);
  said.style.setProperty("--hue", hue(name));
  who.append(bdi, " " + time.toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"}));
  const bubble = make("div", "words", words);
  bubble.title = time.toLocaleString();
  bubble.dir = "auto";
  said.append(who, bubble);
  show(said);
  last = name;
}

function showPeople() {
  $("people").replaceChildren(...[...people].sort().map(name => {
    const item = make("li", name === me ? "mine" : "");
    item.append(make("bdi", "", name));
    item.style.setProperty("--hue", hue(name));
    return item;
  }));
}

function state(on, words) {
  $("state").className = on ? "on" : "";
  $("state").textContent = words;
  send.disabled = !on;
}

function cut(words) {  // the first word, and the rest
  const space = words.indexOf(" ");
  return space < 0 ? [words, ""] : [words.slice(0, space), words.slice(space + 1)];
}

const told = {
  welcome(name) {
    me = $("name").value = name;
    log.replaceChildren();
    last = null;
    const wanted = sessionStorage.getItem("name");
    if (wanted && wanted !== me) socket.send("name " + wanted);
    state(true, "connected");
    pause = 500;
  },
  people(names) { people = new Set(names.split(" ")); showPeople(); },
  says(rest) {
    const [seconds, more] = cut(rest);
    says(seconds, ...cut(more));
  },
  joined(name) { people.add(name); showPeople(); note(name + " has joined"); },
  left(rest) {
    const [name, why] = cut(rest);
    people.delete(name);
    showPeople();
    note(name + " " + why);
  },
  renamed(rest) {
    const [old, name] = cut(rest);
    people.delete(old);
    people.add(name);
    if (old === me) {
      me = $("name").value = name;
      sessionStorage.setItem("name", name);
    }
    showPeople();
    note(old + " is now " + name);
  },
  note(words) { note(words); $("name").value = me; },
};

function connect() {
  state(false, "connecting");
  socket = new WebSocket(location.href.replace(/^http/, "ws").replace(/[?#].*/, "") + "chat");
  socket.onmessage = event => {
    const [word, rest] = cut(event.data);
    if (Object.hasOwn(told, word)) told[word](rest);
  };
  socket.onclose = event => {
    people.clear();
    showPeople();
    state(false, "connection lost");
    if (event.code === 1009) note("that was too long");
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 15000);
  };
}

function fit() {
  text.style.height = "auto";
  text.style.height = text.scrollHeight + 2 + "px";
}

$("talk").onsubmit = event => {
  event.preventDefault();
  const words = text.value.trim();
  if (words && !send.disabled) {
    socket.send("say " + words);
    text.value = "";
    fit();
  }
  text.focus();
};
text.oninput = fit;
text.onkeydown = event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("talk").requestSubmit();
  }
};
$("me").onsubmit = event => {
  event.preventDefault();
  const name = $("name").value.trim().replace(/\s+/g, "_");
  if (name && name !== me && !send.disabled) socket.send("name " + name);
  else $("name").value = me;
  text.focus();
};
connect();
</script>
</body>
</html>
)html";
}

} // namespace websocket_chat
