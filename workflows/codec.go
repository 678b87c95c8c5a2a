package workflows

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"sync"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/proto"
)

// compressAbove is the size from which a payload is compressed.
const compressAbove = 1024

// encodingFlate marks a compressed payload; encryption would be another link of the same chain, with its key id beside it.
const encodingFlate = "binary/flate"

// maxPayload bounds what a payload may unpack to: Temporal's own limit is 2 MB.
const maxPayload = 8 << 20

// DataConverter is how payloads are written: JSON, compressed above a kilobyte. Every process uses the same.
func DataConverter() converter.DataConverter {
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), Compression{writers: &sync.Pool{}})
}

// Compression is a payload codec. It leaves small payloads and what it does not know alone.
type Compression struct {
	// writers keeps compressors, of which each holds half a megabyte; nil makes one each time.
	writers *sync.Pool
}

// Encode compresses large payloads, where that makes them smaller.
func (c Compression) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		out[i] = p
		if len(p.GetData()) < compressAbove {
			continue
		}
		whole, err := proto.Marshal(p)
		if err != nil {
			return nil, fmt.Errorf("compress payload: %w", err)
		}
		var b bytes.Buffer
		w, err := c.writer(&b)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(whole); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		if c.writers != nil {
			c.writers.Put(w)
		}
		if b.Len() < len(whole) {
			out[i] = &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encodingFlate)}, Data: b.Bytes()}
		}
	}
	return out, nil
}

func (c Compression) writer(to io.Writer) (*flate.Writer, error) {
	if c.writers != nil {
		if w, ok := c.writers.Get().(*flate.Writer); ok {
			w.Reset(to)
			return w, nil
		}
	}
	return flate.NewWriter(to, flate.BestSpeed)
}

// Decode undoes Encode.
func (Compression) Decode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
	out := make([]*commonpb.Payload, len(payloads))
	for i, p := range payloads {
		out[i] = p
		if string(p.GetMetadata()[converter.MetadataEncoding]) != encodingFlate {
			continue
		}
		whole, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(p.GetData())), maxPayload+1))
		if err != nil {
			return nil, fmt.Errorf("decompress payload: %w", err)
		}
		if len(whole) > maxPayload {
			return nil, fmt.Errorf("payload unpacks to more than %d bytes", maxPayload)
		}
		out[i] = &commonpb.Payload{}
		if err := proto.Unmarshal(whole, out[i]); err != nil {
			return nil, fmt.Errorf("decompress payload: %w", err)
		}
	}
	return out, nil
}
