package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"motcua/mission"
	"motcua/office"
)

// missionRoutes are the routes of missions and of the models they are started from.
func (a *api) missionRoutes() []Route {
	get, post := http.MethodGet, http.MethodPost
	return []Route{
		{Method: get, Path: "/v1/mission-models", run: a.missionModels},
		{Method: post, Path: "/v1/mission-models", Effect: true, run: a.writeMission},
		{Method: get, Path: "/v1/mission-models/:code", run: a.missionModel},
		{Method: post, Path: "/v1/mission-models/:code/simulation", run: a.simulateMission},
		{Method: post, Path: "/v1/mission-models/:code/approval", Effect: true, run: a.approveMission},
		{Method: post, Path: "/v1/missions", Effect: true, run: a.startMission},
		{Method: get, Path: "/v1/missions", run: a.missions},
		{Method: get, Path: "/v1/missions/:code", run: a.mission},
		{Method: post, Path: "/v1/missions/:code/acts", Effect: true, run: a.actOnMission},
	}
}

func (a *api) missionModels(c *gin.Context) error {
	out, err := a.office.MissionModels(c.Request.Context(), principal(c), c.Query("plan"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) missionModel(c *gin.Context) error {
	m, err := a.office.MissionModel(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.Header("ETag", `"`+m.Hash+`"`)
	c.JSON(http.StatusOK, m)
	return nil
}

func (a *api) writeMission(c *gin.Context) error {
	key, in, err := order[definition](c)
	if err != nil {
		return err
	}
	out, err := a.office.WriteMission(c.Request.Context(), principal(c), in.File, key)
	if err != nil {
		return err
	}
	c.JSON(http.StatusCreated, out)
	return nil
}

func (a *api) approveMission(c *gin.Context) error {
	if _, err := idempotencyKey(c); err != nil {
		return err
	}
	out, err := a.office.ApproveMission(c.Request.Context(), principal(c), c.Param("code"))
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) simulateMission(c *gin.Context) error {
	var in office.MissionSimulation
	if err := body(c, &in); err != nil {
		return err
	}
	out, err := a.office.SimulateMission(c.Request.Context(), principal(c), c.Param("code"), in)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, out)
	return nil
}

func (a *api) startMission(c *gin.Context) error {
	key, in, err := order[office.MissionStart](c)
	if err != nil {
		return err
	}
	r, err := a.office.StartMission(c.Request.Context(), principal(c), in, key)
	if err != nil {
		return err
	}
	c.Header("Location", "/v1/missions/"+r.Code)
	c.Header("ETag", etag(r.Revision))
	c.JSON(http.StatusCreated, r)
	return nil
}

func (a *api) missions(c *gin.Context) error {
	f, err := missionFilter(c)
	if err != nil {
		return err
	}
	list, next, err := a.office.ListMissions(c.Request.Context(), principal(c), f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"items": list, "next": next})
	return nil
}

func missionFilter(c *gin.Context) (f office.MissionFilter, err error) {
	if f.Limit, f.Cursor, err = page(c); err != nil {
		return f, err
	}
	f.Text, f.Plan, f.Model, f.Lead, f.Agency = c.Query("text"), c.Query("plan"), c.Query("model"), c.Query("lead"), c.Query("agency")
	switch f.Stage = mission.Stage(c.Query("stage")); f.Stage {
	case mission.StageNone, mission.StageRunning, mission.StageClosed, mission.StageCancelled:
	default:
		return f, badQuery("stage", "running, closed hoặc cancelled")
	}
	if f.Open, err = queryFlag(c, "open"); err != nil {
		return f, err
	}
	if f.Late, err = queryFlag(c, "late"); err != nil {
		return f, err
	}
	f.DueBefore, err = queryTime(c, "due_before")
	return f, err
}

// queryFlag is true where the parameter says so; it takes no other word.
func queryFlag(c *gin.Context, name string) (bool, error) {
	switch c.Query(name) {
	case "":
		return false, nil
	case "true":
		return true, nil
	}
	return false, badQuery(name, "true")
}

func (a *api) mission(c *gin.Context) error {
	d, err := a.office.ShowMission(c.Request.Context(), principal(c), c.Param("code"), c.Query("live") == "true")
	if err != nil {
		return err
	}
	c.Header("ETag", etag(d.Revision))
	c.JSON(http.StatusOK, d)
	return nil
}

func (a *api) actOnMission(c *gin.Context) error {
	key, err := idempotencyKey(c)
	if err != nil {
		return err
	}
	expect, err := expected(c)
	if err != nil {
		return err
	}
	var in office.MissionActBody
	if err := body(c, &in); err != nil {
		return err
	}
	answer, err := a.office.ActOnMission(c.Request.Context(), principal(c), c.Param("code"), in, key, expect)
	if err != nil {
		return err
	}
	answered(c, answer)
	return nil
}
