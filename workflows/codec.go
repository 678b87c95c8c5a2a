package workflows

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"

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
	return converter.NewCodecDataConverter(converter.GetDefaultDataConverter(), Compression{})
}

// Compression is a payload codec. It leaves small payloads and what it does not know alone.
type Compression struct{}

// Encode compresses large payloads, where that makes them smaller.
func (Compression) Encode(payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
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
		w, err := flate.NewWriter(&b, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(whole); err != nil {
			return nil, err
		}
		if err := w.Close(); err != nil {
			return nil, err
		}
		if b.Len() < len(whole) {
			out[i] = &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encodingFlate)}, Data: b.Bytes()}
		}
	}
	return out, nil
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
