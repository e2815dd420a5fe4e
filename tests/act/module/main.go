// Hello says it with a module that is not its own, so that there is something to cache.
package main

import (
	"fmt"

	"rsc.io/quote"
)

func main() {
	fmt.Println(quote.Hello())
}
