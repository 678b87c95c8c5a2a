package office

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"motcua/models"
)

// Comments and attachments move neither state nor clock: they are rows of the database, not acts of the workflow.

// Comment is free text beside a dossier.
type Comment struct {
	ID   string    `json:"id"`
	By   string    `json:"by"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
	// Withheld: the text may hold personal data, and the reader may not read it.
	Withheld bool `json:"withheld,omitempty"`
}

// maxComment is how long a comment may be, in characters.
const maxComment = 4000

// Comment adds one; a repeated key adds nothing.
func (o *Office) Comment(ctx context.Context, p Principal, code, text, key string) (Comment, error) {
	if err := allow(p, DoComment); err != nil {
		return Comment{}, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return Comment{}, err
	}
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > maxComment {
		return Comment{}, invalid(FieldError{"/text", "Ý kiến phải có nội dung, tối đa 4000 ký tự."})
	}
	c := Comment{ID: actID(p.ID, key), By: p.Officer, Text: text, At: o.Legal()}
	if err := o.Store.AddComment(ctx, models.Comment{ID: c.ID, Dossier: code, Author: c.By, Text: c.Text, At: c.At}); err != nil {
		return Comment{}, err
	}
	list, err := o.comments(ctx, code)
	if err != nil {
		return Comment{}, err
	}
	i := slices.IndexFunc(list, func(x Comment) bool { return x.ID == c.ID })
	if i < 0 || list[i].Text != c.Text { // the key stands for other words, or for another dossier
		return Comment{}, keyReused()
	}
	return list[i], nil
}

// Comments lists them in order, without the words of others for those who may not read personal data.
func (o *Office) Comments(ctx context.Context, p Principal, code string) ([]Comment, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return nil, err
	}
	list, err := o.comments(ctx, code)
	for i := range list {
		if c := &list[i]; !readsWords(p, c.By) {
			c.Text, c.Withheld = "", true
		}
	}
	return list, err
}

func (o *Office) comments(ctx context.Context, code string) ([]Comment, error) {
	rows, err := o.Store.Comments(ctx, code)
	out := make([]Comment, 0, len(rows))
	for _, r := range rows {
		out = append(out, Comment{ID: r.ID, By: r.Author, Text: r.Text, At: r.At})
	}
	return out, err
}

// Attachment is the metadata of a file kept in the document store.
type Attachment struct {
	ID        string    `json:"id,omitempty"`
	Document  string    `json:"document,omitempty"`
	Name      string    `json:"name"`
	MediaType string    `json:"media_type"`
	Size      int64     `json:"size"`
	SHA256    string    `json:"sha256"`
	At        time.Time `json:"at,omitzero"`
	// Withheld: name and content (which the hash finds) may hold personal data, and the reader may not read it.
	Withheld bool `json:"withheld,omitempty"`
	by       string
}

// maxAttachment is the largest file that may be registered.
const maxAttachment = 100 << 20

// Attach registers a file.
func (o *Office) Attach(ctx context.Context, p Principal, code string, a Attachment, key string) (Attachment, error) {
	if err := allow(p, DoAttach); err != nil {
		return a, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return a, err
	}
	var errs []FieldError
	if a.Name == "" || len(a.Name) > 255 || strings.ContainsAny(a.Name, "/\\\x00") {
		errs = append(errs, FieldError{"/name", "Tên tệp không hợp lệ."})
	}
	if a.Size < 1 || a.Size > maxAttachment {
		errs = append(errs, FieldError{"/size", "Cỡ tệp từ 1 byte đến 100 MiB."})
	}
	if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(a.SHA256) {
		errs = append(errs, FieldError{"/sha256", "Mã băm SHA-256 gồm 64 chữ số hệ 16 viết thường."})
	}
	if !regexp.MustCompile(`^[a-z]+/[a-zA-Z0-9.+-]+$`).MatchString(a.MediaType) {
		errs = append(errs, FieldError{"/media_type", "Kiểu nội dung như application/pdf."})
	}
	if len(errs) > 0 {
		return a, invalid(errs...)
	}
	a.ID, a.At, a.Withheld, a.by = actID(p.ID, key), o.Legal(), false, p.Officer
	if err := o.Store.AddAttachment(ctx, models.Attachment{
		ID: a.ID, Dossier: code, Document: a.Document, Name: a.Name, Type: a.MediaType, Size: a.Size, SHA256: a.SHA256, By: a.by, At: a.At,
	}); err != nil {
		return a, err
	}
	list, err := o.attachments(ctx, code)
	if err != nil {
		return a, err
	}
	i := slices.IndexFunc(list, func(x Attachment) bool { return x.ID == a.ID })
	if i < 0 {
		return a, keyReused()
	}
	stored := list[i]
	stored.At, stored.by = a.At, a.by
	if stored != a {
		return a, keyReused()
	}
	return list[i], nil
}

// Attachments lists them, without what others sent for those who may not read personal data.
func (o *Office) Attachments(ctx context.Context, p Principal, code string) ([]Attachment, error) {
	if err := allow(p, DoRead); err != nil {
		return nil, err
	}
	if _, err := o.visible(ctx, p, code); err != nil {
		return nil, err
	}
	list, err := o.attachments(ctx, code)
	for i := range list {
		if a := &list[i]; !readsWords(p, a.by) {
			a.Document, a.Name, a.SHA256, a.Withheld = "", "", "", true
		}
	}
	return list, err
}

func (o *Office) attachments(ctx context.Context, code string) ([]Attachment, error) {
	rows, err := o.Store.Attachments(ctx, code)
	out := make([]Attachment, 0, len(rows))
	for _, r := range rows {
		out = append(out, Attachment{ID: r.ID, Document: r.Document, Name: r.Name, MediaType: r.Type, Size: r.Size, SHA256: r.SHA256, At: r.At, by: r.By})
	}
	return out, err
}
