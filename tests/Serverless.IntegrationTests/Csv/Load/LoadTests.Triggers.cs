using System.Globalization;
using Serverless.CsvJobs.Store;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>Triggers that judge records by others, and policies: what can be told is rejected, or the load says why not.</summary>
public sealed partial class LoadTests
{
    private const string Balance = """
        CREATE FUNCTION balance() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN IF (SELECT sum(k) FROM accounts WHERE l = NEW.l) <> 0 THEN
                RAISE EXCEPTION ''account % is out of balance'', NEW.l; END IF; RETURN NULL; END';
        CREATE TABLE accounts (id int UNIQUE, k int, l int);
        CREATE CONSTRAINT TRIGGER whole AFTER INSERT ON accounts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION balance();
        """;

    private const string Sums = """
        CREATE FUNCTION sums() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN IF (SELECT sum(k) FROM fresh) <> 0 THEN RAISE EXCEPTION ''it is out of balance''; END IF; RETURN NULL; END';
        CREATE TABLE summed (id int UNIQUE, k int, l int);
        CREATE TRIGGER whole AFTER INSERT ON summed REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION sums();
        """;

    [PostgresFact]
    public async Task Load_DeferredTrigger_RejectsTheRecordsThatItRefusesWithAllOthersThere()
    {
        await _postgres.ExecuteAsync(Balance);

        // Those of account 1 and 3 are refused alone and are in balance together, the ends of the file among them; those of 2 are not.
        var job = await RunAsync("accounts", "1,5,1\n2,3,2\n3,8,3\n4,-4,2\n5,0,4\n6,-8,3\n7,-5,1\n8,1,5\n");

        Assert.Equal((CsvJobState.Completed, null, 5, 3), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["1", "3", "5", "6", "7"], await _postgres.ReadAsync("SELECT id FROM accounts ORDER BY id"));
        var rejects = await ReadRejectsAsync(job);
        Assert.Equal(["2", "4", "8"], rejects.Keys);
        Assert.Contains("account 2 is out of balance", rejects["4"], StringComparison.Ordinal);
        Assert.Empty(await Leftovers());
        Assert.Equal(["1"], await _postgres.ReadAsync("SELECT count(*) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace " +
            "WHERE nspname = 'public' AND proname NOT LIKE 'gbt%'"));
    }

    [PostgresFact]
    public async Task Load_DeferredTriggerBesideARefusedRecord_JudgesTheOthersTogether()
    {
        await _postgres.ExecuteAsync(Balance);

        var job = await RunAsync("accounts", "1,5,1\n2,-5,1\n2,0,1\n");

        Assert.Equal((CsvJobState.Completed, null, 2, 1), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["1|5|1", "2|-5|1"], await _postgres.ReadAsync("SELECT * FROM accounts ORDER BY id"));
    }

    [PostgresFact]
    public async Task Load_DeferredTriggerThatJudgesEachRecordByItself_RejectsAHundred()
    {
        await _postgres.ExecuteAsync("""
            CREATE FUNCTION known() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF NOT EXISTS (SELECT FROM lines WHERE number = NEW.k) THEN RAISE EXCEPTION ''% has no line'', NEW.k; END IF;
                 RETURN NULL; END';
            CREATE TABLE lines (number int PRIMARY KEY); INSERT INTO lines SELECT generate_series(1, 900);
            CREATE TABLE heads (id int, k int, l int);
            CREATE CONSTRAINT TRIGGER has_line AFTER INSERT ON heads DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION known();
            """);

        var records = string.Concat(Enumerable.Range(1, 1_000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i},0\n")));
        var job = await RunAsync("heads", records, chunkBytes: 4096);

        Assert.Equal((CsvJobState.Completed, null, 900, 100), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["900|900"], await _postgres.ReadAsync("SELECT count(*), max(k) FROM heads"));
        Assert.All(await ReadRejectsAsync(job), r => Assert.Contains($"{r.Key} has no line", r.Value, StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Load_TriggerOfAStatementThatJudgesEachRecord_RejectsThoseRecords()
    {
        await _postgres.ExecuteAsync("""
            CREATE FUNCTION positive() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN IF EXISTS (SELECT FROM fresh WHERE k < 0) THEN RAISE EXCEPTION ''k is below zero''; END IF; RETURN NULL; END';
            CREATE TABLE positives (id int UNIQUE, k int, l int);
            CREATE TRIGGER whole AFTER INSERT ON positives REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION positive();
            """);

        var job = await RunAsync("positives", "1,1,0\n2,-1,0\n3,1,0\n3,2,0\n5,-5,0\n6,1,0\n", chunkBytes: 4096);

        Assert.Equal((CsvJobState.Completed, null, 3, 3), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["1", "3", "6"], await _postgres.ReadAsync("SELECT id FROM positives ORDER BY id"));
    }

    [PostgresFact]
    public async Task Load_TriggerOfAStatementThatJudgesAllTogether_FailsAndSaysWhy()
    {
        await _postgres.ExecuteAsync(Sums);

        var job = await RunAsync("summed", "1,5,0\n2,-5,0\n3,3,0\n", chunkBytes: 4096);

        Assert.Equal(CsvJobState.Failed, job.State);
        Assert.StartsWith(
            "The trigger \"whole\" of public.summed refused the load: it is out of balance. ", job.Error, StringComparison.Ordinal);
        Assert.Contains("cannot tell which of them it means", job.Error, StringComparison.Ordinal);
        Assert.Contains("FOR EACH ROW", job.Error, StringComparison.Ordinal);
        Assert.Empty(await _postgres.ReadAsync("SELECT * FROM summed"));
    }

    [PostgresFact]
    public async Task Load_TriggerOfAStatementBesideARefusedRecord_JudgesTheOthersTogether()
    {
        await _postgres.ExecuteAsync(Sums);

        await _postgres.ExecuteAsync("CREATE UNIQUE INDEX ON summed ((id % 10))");

        // The first and the last are in balance, and are parted while the third is looked for.
        var job = await RunAsync("summed", "1,5,0\n12,0,0\n2,7,0\n3,-5,0\n", chunkBytes: 4096);

        Assert.Equal((CsvJobState.Completed, null, 3, 1), (job.State, job.Error, job.Accepted, job.Rejected));
        Assert.Equal(["1", "3", "12"], await _postgres.ReadAsync("SELECT id FROM summed ORDER BY id"));
    }

    [PostgresFact]
    public async Task Load_TriggerOfAStatementThatRefusesAnything_FailsAndSaysWhy()
    {
        await _postgres.ExecuteAsync("""
            CREATE FUNCTION closed() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''the books are closed''; END';
            CREATE TABLE books (id int, k int, l int);
            CREATE TRIGGER no BEFORE INSERT ON books FOR EACH STATEMENT EXECUTE FUNCTION closed();
            """);

        var job = await RunAsync("books", "1,1,0\n2,2,0\n");

        Assert.StartsWith(
            "The trigger \"no\" of public.books refused the load: the books are closed.", job.Error, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Load_PolicyThatRefusesRecords_RejectsThem()
    {
        await _postgres.ExecuteAsync("""
            CREATE ROLE loader LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO loader;
            CREATE TABLE tenants (id int PRIMARY KEY, k int, l int); GRANT SELECT, INSERT, UPDATE ON tenants TO loader;
            ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
            CREATE POLICY own ON tenants USING (k = 1) WITH CHECK (k = 1);
            INSERT INTO tenants VALUES (9, 2, 0);
            """);
        _host = await StartAsync(
            connection: _postgres.ConnectionString.Replace("Username=postgres", "Username=loader", StringComparison.Ordinal));
        try
        {
            var job = await RunAsync("tenants", "1,1,0\n2,2,0\n3,1,0\n4,7,0\n");
            Assert.Equal((CsvJobState.Completed, null, 2, 2), (job.State, job.Error, job.Accepted, job.Rejected));
            Assert.All(
                (await ReadRejectsAsync(job)).Values, r => Assert.Contains("row-level security policy", r, StringComparison.Ordinal));

            // A row that is there and not the loader's.
            job = await RunAsync("tenants", "3,1,5\n9,1,5\n", "upsert", "id");
            Assert.Equal((CsvJobState.Completed, null, 1, 1), (job.State, job.Error, job.Accepted, job.Rejected));
            Assert.Equal(["1|1|0", "3|1|5", "9|2|0"], await _postgres.ReadAsync("SELECT * FROM tenants ORDER BY id"));

            // A right that is missing is nobody's fault.
            await _postgres.ExecuteAsync("REVOKE INSERT ON tenants FROM loader");
            job = await RunAsync("tenants", "5,1,0\n6,2,0\n");
            Assert.Contains("permission denied for table tenants", job.Error, StringComparison.Ordinal);
        }
        finally
        {
            await _host.DisposeAsync();
            _host = null;
            await _postgres.ExecuteAsync("REASSIGN OWNED BY loader TO postgres; DROP OWNED BY loader; DROP ROLE loader");
        }
    }
}
