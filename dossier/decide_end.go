package dossier

import "motcua/procedure"

// withdraw is the applicant's own end (status 7).
func (m *machine) withdraw() error {
	if m.s.Stage == StageFinished {
		return refuse("wrong_state", "Hồ sơ đã có kết quả; không thể rút.")
	}
	m.emit(Withdrawn{})
	return nil
}

// stop (dừng giải quyết) ends the dossier with a notice (form 05 of TT 03/2025); it is not a suspension.
func (m *machine) stop() error {
	if err := m.inHand(); err != nil {
		return err
	}
	if m.act.Ground == "" || !m.act.Reasoned {
		return refuse("ground_missing", "Dừng giải quyết phải có căn cứ và lý do để thông báo cho người nộp.").at("/ground")
	}
	m.emit(Stopped{Ground: m.act.Ground})
	return nil
}

// finished says that the result is at the receiving desk or published electronically (status 9); the legal clock ends here,
// never at pick-up (clock.md §6).
func (m *machine) finished(st *procedure.Step, results []string) error {
	due, err := m.due()
	if err != nil {
		return err
	}
	if len(results) == 0 {
		results = st.Results
	}
	if st.Refusal && m.d.Plan.Merged != nil {
		m.cancelOthers(st.ID)
	}
	m.emit(Finished{Refusal: st.Refusal, Results: results, Due: due})
	if m.s.Parent != nil { // the dossier that waits for it has it: there is nobody else to hand it to
		m.emit(Returned{})
	}
	return nil
}

// finish is the desk's confirmation that the result arrived, where the definition asks for one.
func (m *machine) finish() error {
	if err := m.running(); err != nil {
		return err
	}
	_, v, st, err := m.task()
	if err != nil {
		return err
	}
	if st.Kind != procedure.StepReturn {
		return refuse("not_ready", "Hồ sơ còn ở bước %q; chỉ nhận kết quả về một cửa khi các bước trước đã xong.", v.Step)
	}
	m.at = latest(m.at, v.Opened)
	return m.finished(st, m.act.Results)
}

// reopen takes a result back before it is handed over, because an error was found (9 to 4, with a reason).
func (m *machine) reopen() error {
	if m.s.Stage != StageFinished {
		return refuse("wrong_state", "Chỉ mở lại được hồ sơ đã xử lý xong và chưa trả kết quả.")
	}
	if !m.act.Reasoned {
		return refuse("reason_missing", "Mở lại hồ sơ phải nêu sai sót đã phát hiện.").at("/reason")
	}
	i, v, _, err := m.task()
	if err != nil {
		return err
	}
	if m.ancestor(i, m.act.To) < 0 {
		return refuse("step_not_passed", "Hồ sơ chưa qua bước %q nên không thể mở lại ở đó.", m.act.To).at("/to")
	}
	m.emit(Reopened{To: m.act.To})
	m.emit(SentBack{Task: v.Task(), To: m.act.To})
	return m.open(m.act.To, i)
}

// giveBack hands the result to the applicant (status 10).
func (m *machine) giveBack() error {
	if m.s.Stage != StageFinished {
		return refuse("wrong_state", "Hồ sơ chưa xử lý xong (đang “%s”); chưa thể trả kết quả.", m.s.Status(m.d.Plan).Vietnamese())
	}
	m.emit(Returned{})
	return nil
}
