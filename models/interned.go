package models

import "sync"

// Interned keeps content by its hash; such content cannot be stale.
type Interned[T any] struct {
	mu   sync.RWMutex
	kept map[string]T
}

// Get returns what is kept under a hash, loaded the first time. It is shared: callers must not change it.
func (i *Interned[T]) Get(hash string, load func() (T, error)) (T, error) {
	i.mu.RLock()
	v, ok := i.kept[hash]
	i.mu.RUnlock()
	if ok {
		return v, nil
	}
	v, err := load()
	if err != nil {
		return v, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.kept == nil {
		i.kept = map[string]T{}
	}
	i.kept[hash] = v
	return v, nil
}
