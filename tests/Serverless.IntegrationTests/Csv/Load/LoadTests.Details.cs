using System.Text;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Rejects name the key that is at fault, and nobody else's values.</summary>
public sealed partial class LoadTests
{
    [PostgresFact]
    public async Task Load_RefusedKeys_AreNamedInTheRejects()
    {
        await _postgres.ExecuteAsync("""
            CREATE TABLE detailed_other (a int, b int, PRIMARY KEY (a, b)); INSERT INTO detailed_other VALUES (1, 1);
            CREATE TABLE detailed (id int PRIMARY KEY, k int, l int, FOREIGN KEY (k, l) REFERENCES detailed_other MATCH FULL);
            CREATE UNIQUE INDEX ON detailed (abs(id));
            """);

        var job = await RunAsync("detailed", "7,1,1\n8,,\n10,1,1\n11,1,1\n12,1,1\n13,1,1\n14,1,1\n7,1,1\n-8,,\n9,1,\n");

        Assert.Equal((CsvJobState.Completed, null, 3), (job.State, job.Error, job.Rejected));
        var rejects = await ReadRejectsAsync(job);
        Assert.Contains("\"detailed_pkey\": Key (id)=(7) already exists.", rejects["8"], StringComparison.Ordinal);
        Assert.Contains("\"detailed_abs_idx\": Key (abs(id))=(8) already exists.", rejects["9"], StringComparison.Ordinal);
        Assert.Contains("MATCH FULL does not allow mixing of null and nonnull key values.", rejects["10"], StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Load_DetailsThatQuoteOthers_AreLeftOut()
    {
        // What conflicts with a record, all of a row, what a trigger does elsewhere and with other rows, a column that is not loaded.
        await _postgres.ExecuteAsync("""
            CREATE TABLE quoted (id int, k int, l int, secret text DEFAULT 'hidden', EXCLUDE USING gist (int4range(k, l) WITH &&));
            CREATE UNIQUE INDEX ON quoted (secret, abs(id)) WHERE id < 0;
            CREATE TABLE quoted_log (note text PRIMARY KEY); INSERT INTO quoted_log VALUES ('hidden');
            CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NEW.id = 50 THEN INSERT INTO quoted_log VALUES (''hidden''); END IF;
                 IF NEW.id = 60 THEN UPDATE quoted SET secret = (SELECT max(note) FROM quoted_log), id = -1 WHERE id = 61; END IF;
                 IF NEW.id = 70 THEN RAISE EXCEPTION ''no'' USING DETAIL = ''hidden''; END IF;
                 IF NEW.id = 80 THEN NEW.k := NULL; NEW.l := 1 / 0; END IF; RETURN NEW; END';
            CREATE TRIGGER log BEFORE INSERT ON quoted FOR EACH ROW EXECUTE FUNCTION log();
            """);

        var job = await RunAsync(
            "quoted", "1,1000,2000\n2,1500,1600\n-1,1,2\n-1,3,4\n61,5,6\n50,7,8\n60,9,10\n70,11,12\n80,13,14\n90,15,16\n");

        Assert.Equal((CsvJobState.Completed, null, 4, 6), (job.State, job.Error, job.Accepted, job.Rejected));
        var rejects = await _host!.ReadAsync(job, "rejects.csv");
        Assert.DoesNotContain("hidden", rejects, StringComparison.Ordinal);
        Assert.DoesNotContain("1000,2000", rejects, StringComparison.Ordinal);
        Assert.DoesNotContain("Key", rejects, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Load_MaskedKeys_StandInNoRejectAndNoLog()
    {
        await _postgres.ExecuteAsync(
            "CREATE TABLE masked_details (id int PRIMARY KEY, mail text, born text); " +
            "CREATE UNIQUE INDEX ON masked_details (lower(mail)); CREATE UNIQUE INDEX ON masked_details ((id % 100))");
        var logs = new CollectedLogs();
        await using var host = await StartMaskedAsync(logs);

        var job = await host.RunAsync(
            "load/masked-details.csv", Encoding.UTF8.GetBytes("id,mail,born\n1,secret@a.se,\n2,secret@a.se,\n101,secret@b.se,\n"),
            Options("masked_details", Masked));

        Assert.Equal((CsvJobState.Completed, null, 1, 2), (job.State, job.Error, job.Accepted, job.Rejected));
        var (mail, rejects) = ((await _postgres.ReadAsync("SELECT mail FROM masked_details"))[0], await host.ReadAsync(job, "rejects.csv"));
        Assert.DoesNotContain(mail, rejects, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", rejects, StringComparison.Ordinal);
        Assert.Contains("Key ((id % 100))=(1) already exists.", rejects, StringComparison.Ordinal);
        Assert.NotEmpty(logs.Lines);
        Assert.DoesNotContain(logs.Lines, l => $"{l.Message}{l.Exception}" is var line
            && (line.Contains(mail, StringComparison.Ordinal) || line.Contains("Key (", StringComparison.Ordinal)));
    }
}
