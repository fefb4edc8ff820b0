// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What Go hands over with. Usage: handoff ROUNDS MILLISECONDS one|two
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

const window = 64 * 1024

func check(chunk []byte) int {
	if chunk[0] != 'x' {
		panic("a chunk arrived that was never sent")
	}
	return len(chunk)
}

func channel(size, count int) {
	chunk := made(size)
	ends := make(chan []byte, window/size)
	go func() {
		for i := 0; i < count; i++ {
			next := make([]byte, size)
			copy(next, chunk)
			ends <- next
		}
	}()
	for i := 0; i < count; i++ {
		check(<-ends)
	}
}

func pipe(size, count int) {
	chunk := made(size)
	reader, writer := io.Pipe()
	go func() {
		for i := 0; i < count; i++ {
			writer.Write(chunk)
		}
	}()
	memory := make([]byte, window)
	for left := size * count; left > 0; {
		n, _ := reader.Read(memory)
		left -= check(memory[:n])
	}
}

func made(size int) []byte {
	chunk := make([]byte, size)
	for i := range chunk {
		chunk[i] = 'x'
	}
	return chunk
}

type state struct {
	nanoseconds, mallocs, sleeps float64
}

func now(threads string) state {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	at := float64(time.Now().UnixNano())
	if threads == "one" {
		at = float64(used.Utime.Nano() + used.Stime.Nano())
	}
	return state{at, float64(memory.Mallocs), float64(used.Nvcsw)}
}

func main() {
	rounds, _ := strconv.Atoi(os.Args[1])
	milliseconds, _ := strconv.Atoi(os.Args[2])
	threads := os.Args[3]
	if threads == "one" {
		runtime.GOMAXPROCS(1)
	}
	forms := []struct {
		name, style string
		pass        func(size, count int)
	}{
		{"Go channel of slices", "trying coroutine", channel},
		{"Go io.Pipe", "suspending coroutine", pipe},
	}
	for _, size := range []int{64, 1024, 16384} {
		for _, form := range forms {
			count := 64
			for began := time.Now(); ; began = time.Now() {
				form.pass(size, count)
				if time.Since(began) > time.Duration(milliseconds)*time.Millisecond {
					break
				}
				count *= 2
			}
			for i := 0; i < rounds; i++ {
				before := now(threads)
				form.pass(size, count)
				after, n := now(threads), float64(count)
				fmt.Printf(`{"chunk": "%d", "form": "%s", "style": "%s", `, size, form.name, form.style)
				fmt.Printf(`"nanoseconds": [%g], "allocations": [%g]`,
					(after.nanoseconds-before.nanoseconds)/n, (after.mallocs-before.mallocs)/n)
				if threads == "two" {
					fmt.Printf(`, "sleeps": [%g]`, (after.sleeps-before.sleeps)/n)
				}
				fmt.Println("}")
			}
		}
	}
}
