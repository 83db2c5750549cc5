// The services that the page calls, by their names in the protos.

import type { InviteService } from "../gen/milkway/accounts/v1/invites_pb";
import type { AccountService } from "../gen/milkway/accounts/v1/people_pb";
import type { SignInService } from "../gen/milkway/accounts/v1/sign_in_pb";
import type { CalendarService } from "../gen/milkway/consumption/v1/calendar_pb";
import type { DistributionService } from "../gen/milkway/consumption/v1/distributions_pb";
import type { MeasurementService } from "../gen/milkway/consumption/v1/measurements_pb";
import type { StudentPersonalService } from "../gen/milkway/consumption/v1/personal_pb";
import type { SchoolService } from "../gen/milkway/consumption/v1/schools_pb";
import type { SummaryService } from "../gen/milkway/consumption/v1/summaries_pb";
import type { DonorService } from "../gen/milkway/impact/v1/donors_pb";
import type { GiftService } from "../gen/milkway/impact/v1/gifts_pb";
import type { StatementService } from "../gen/milkway/impact/v1/statements_pb";
import type { CatalogService } from "../gen/milkway/inventory/v1/catalog_pb";
import type { LogService } from "../gen/milkway/inventory/v1/log_pb";
import type { PurchaseService } from "../gen/milkway/inventory/v1/purchases_pb";
import type { RecallService } from "../gen/milkway/inventory/v1/recalls_pb";
import type { StockService } from "../gen/milkway/inventory/v1/stock_pb";
import type { AlertService } from "../gen/milkway/planning/v1/alerts_pb";
import type { PlanService } from "../gen/milkway/planning/v1/plans_pb";
import type { ShipmentService } from "../gen/milkway/shipments/v1/shipments_pb";
import type { RecallListService } from "../gen/milkway/trace/v1/recalls_pb";
import type { TraceService } from "../gen/milkway/trace/v1/trace_pb";
import { service } from "./call";

export const accounts = service<typeof AccountService>("milkway.accounts.v1.AccountService");
export const alerts = service<typeof AlertService>("milkway.planning.v1.AlertService");
export const calendar = service<typeof CalendarService>("milkway.consumption.v1.CalendarService");
export const catalog = service<typeof CatalogService>("milkway.inventory.v1.CatalogService");
export const distributions = service<typeof DistributionService>(
  "milkway.consumption.v1.DistributionService",
);
export const invites = service<typeof InviteService>("milkway.accounts.v1.InviteService");
export const log = service<typeof LogService>("milkway.inventory.v1.LogService");
export const measurements = service<typeof MeasurementService>(
  "milkway.consumption.v1.MeasurementService",
);
export const personal = service<typeof StudentPersonalService>(
  "milkway.consumption.v1.StudentPersonalService",
);
export const purchases = service<typeof PurchaseService>("milkway.inventory.v1.PurchaseService");
export const schools = service<typeof SchoolService>("milkway.consumption.v1.SchoolService");
export const shipments = service<typeof ShipmentService>("milkway.shipments.v1.ShipmentService");
export const signIn = service<typeof SignInService>("milkway.accounts.v1.SignInService");
export const statements = service<typeof StatementService>("milkway.impact.v1.StatementService");
export const stock = service<typeof StockService>("milkway.inventory.v1.StockService");
export const summaries = service<typeof SummaryService>("milkway.consumption.v1.SummaryService");
export const donors = service<typeof DonorService>("milkway.impact.v1.DonorService");
export const gifts = service<typeof GiftService>("milkway.impact.v1.GiftService");
export const plans = service<typeof PlanService>("milkway.planning.v1.PlanService");
export const recallLists = service<typeof RecallListService>("milkway.trace.v1.RecallListService");
export const recalls = service<typeof RecallService>("milkway.inventory.v1.RecallService");
export const trace = service<typeof TraceService>("milkway.trace.v1.TraceService");
