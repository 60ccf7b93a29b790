namespace Serverless.Alarms.Endpoints;

/// <summary>The alarms there are.</summary>
/// <param name="Alarms">By name.</param>
internal sealed record AlarmPage(IReadOnlyList<AlarmView> Alarms)
{
    /// <summary>Describes those that can be read.</summary>
    public static AlarmPage Of(IEnumerable<AlarmRow> rows) =>
        new([.. rows.Select(row => row.TryRead(out var alarm) ? AlarmView.Of(alarm) : null).OfType<AlarmView>()]);
}
