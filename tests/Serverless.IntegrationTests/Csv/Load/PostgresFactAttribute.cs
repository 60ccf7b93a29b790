using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Load;

/// <summary>A test that needs PostgreSQL.</summary>
internal sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Absent;
}
