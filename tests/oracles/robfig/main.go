// Command robfig answers as robfig/cron v3.0.1 does: JSON questions in, and when all are in,
// one JSON answer per line out, in the same order.
//
// Point ZONEINFO at the folder of zones that the asking side uses, or the two may disagree about the zones.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
)

// question asks for what Expr matches in Zone after From and up to To, both in Unix seconds.
type question struct {
	Expr string `json:"expr"`
	Zone string `json:"zone"`
	From int64  `json:"from"`
	To   int64  `json:"to"`
	List bool   `json:"list"` // send every occurrence, not only their number and digest
}

// answer carries either Error or the rest. Fields are the bit sets minute, hour, day, month and weekday,
// in hexadecimal because bit 63, the star, does not fit a JSON number. Digest is SHA-256 over the
// occurrences as 64-bit big-endian numbers.
type answer struct {
	Error    string   `json:"error,omitempty"`
	Fields   []string `json:"fields,omitempty"`
	Location string   `json:"location,omitempty"`
	Count    int      `json:"count"`
	Digest   string   `json:"digest,omitempty"`
	Times    []int64  `json:"times,omitempty"`
}

func main() {
	questions, err := read(os.Stdin)
	if err == nil {
		err = write(os.Stdout, answers(questions))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func read(in io.Reader) (questions []question, err error) {
	for decoder := json.NewDecoder(in); ; {
		var asked question
		if err := decoder.Decode(&asked); err == io.EOF {
			return questions, nil
		} else if err != nil {
			return nil, err
		}
		questions = append(questions, asked)
	}
}

// answers works on all processors: near the end of a zone's table Go reads the rule for later years anew for
// every second that robfig looks at.
func answers(questions []question) []answer {
	given := make([]answer, len(questions))
	workers := runtime.NumCPU()
	var working sync.WaitGroup
	for worker := 0; worker < workers; worker++ {
		working.Add(1)
		go func(first int) {
			defer working.Done()
			for i := first; i < len(questions); i += workers {
				given[i] = reply(questions[i])
			}
		}(worker)
	}
	working.Wait()
	return given
}

func write(out io.Writer, given []answer) error {
	encoder := json.NewEncoder(out)
	for _, each := range given {
		if err := encoder.Encode(each); err != nil {
			return err
		}
	}
	return nil
}

// reply never fails: a text that makes the parser panic ("TZ=" without a space does) is an error like any other.
func reply(asked question) (given answer) {
	defer func() {
		if trouble := recover(); trouble != nil {
			given = answer{Error: fmt.Sprint(trouble)}
		}
	}()
	parsed, err := cron.ParseStandard(asked.Expr)
	if err != nil {
		return answer{Error: err.Error()}
	}
	schedule, ok := parsed.(*cron.SpecSchedule)
	if !ok {
		return answer{Fields: []string{"every"}}
	}
	for _, bits := range []uint64{schedule.Minute, schedule.Hour, schedule.Dom, schedule.Month, schedule.Dow} {
		given.Fields = append(given.Fields, fmt.Sprintf("%x", bits))
	}
	given.Location = schedule.Location.String()
	zone, err := time.LoadLocation(asked.Zone)
	if err != nil {
		return answer{Error: err.Error()}
	}
	occur(schedule, time.Unix(asked.From, 0).In(zone), asked, &given)
	return given
}

func occur(schedule cron.Schedule, start time.Time, asked question, given *answer) {
	digest := sha256.New()
	for at := schedule.Next(start); !at.IsZero() && at.Unix() <= asked.To; at = schedule.Next(at) {
		digest.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix())))
		given.Count++
		if asked.List {
			given.Times = append(given.Times, at.Unix())
		}
	}
	given.Digest = hex.EncodeToString(digest.Sum(nil))
}
